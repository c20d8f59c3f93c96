package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles and AT-URIs are left out: an event carries them, but nothing here depends on them. */
class SyntaxTest {
  /** As much of a frame before the text as no text may be long. */
  private static final String BEFORE = "a".repeat(3_000);

  private static boolean isValid(String kind, String text) {
    byte[] bytes = (BEFORE + text + "a.a").getBytes(StandardCharsets.UTF_8);
    int from = BEFORE.length();
    int to = bytes.length - 3;
    return switch (kind) {
      case "did" -> Did.isValid(bytes, from, to);
      case "nsid" -> Nsid.isValid(bytes, from, to);
      case "recordkey" -> RecordKey.isValid(bytes, from, to);
      case "tid" -> Tid.isValid(bytes, from, to);
      case "datetime" -> Datetime.isValid(bytes, from, to);
      case "cid" -> Cid.isText(bytes, from, to);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"did", "nsid", "recordkey", "tid", "datetime", "cid"})
  void takesTheValidAndRefusesTheInvalidVectors(String kind) throws Exception {
    List<String> valid = Corpus.syntax(kind + "_syntax_valid");
    List<String> invalid = Corpus.syntax(kind + "_syntax_invalid");
    assertThat(valid).isNotEmpty().allMatch(text -> isValid(kind, text), kind);
    assertThat(invalid).isNotEmpty().noneMatch(text -> isValid(kind, text));
  }
}
