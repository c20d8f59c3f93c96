package io.skywire.embedded.simulator;

import java.util.List;
import java.util.SplittableRandom;

/** Invents texts in many scripts, with what trips programs up: joiners, marks, directions. */
final class Texts {
  private static final List<String> WORDS =
      List.of(
          "firehose",
          "skyline",
          "river",
          "lantern",
          "harbor",
          "quiet",
          "copper",
          "morning",
          "orbit",
          "meadow",
          "signal",
          "garden",
          "winter",
          "thunder",
          "paper",
          "salt");
  private static final List<String> SPICES =
      List.of(
          "👩‍👩‍👧‍👦", // joined by zero-width joiners
          "🏳️‍🌈",
          "👍🏽", // skin tone
          "🇺🇦", // regional indicators
          "שלום עולם",
          "مرحبا بالعالم",
          "\u202Eabc\u202C", // right-to-left override
          "e\u0301 = é", // combining and composed
          "Z\u0351\u036B\u0343a\u0329\u0320l\u0348\u0333g\u0318\u032Fo",
          "山田太郎 は 空を見る",
          "안녕하세요",
          "สวัสดี",
          "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
          "\uFEFFmark\u200B",
          "\uFFFD \uFFFF \uD83F\uDFFE", // replacement character and noncharacters
          "tab\tline\nquote\"back\\slash</script>");

  private final SplittableRandom random;

  Texts(SplittableRandom random) {
    this.random = random;
  }

  String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  /** A few words, one time in three with something rare among them. */
  String sentence() {
    StringBuilder sentence = new StringBuilder(word());
    for (int i = 2 + random.nextInt(20); i > 0; i--) {
      sentence.append(' ').append(word());
    }
    if (random.nextInt(3) == 0) {
      sentence.append(' ').append(SPICES.get(random.nextInt(SPICES.size())));
    }
    return sentence.toString();
  }
}
