package io.skywire.standalone.command;

import io.skywire.ingester.replay.Letter;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Dead letters as lines: a table for people, JSON for programs. Both are fit for a terminal. */
final class LetterLines {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int REASON_CHARACTERS_MAX = 24;
  private static final int DETAIL_CHARACTERS_MAX = 120;
  private static final String ROW = "%-20s %-12s %-16s %-6s %-20s %9s %-20s %s%n";

  private LetterLines() {}

  static void print(List<Letter> letters, boolean json, PrintWriter out) {
    if (json) {
      letters.forEach(letter -> out.println(json(letter)));
    } else if (!letters.isEmpty()) {
      out.printf(ROW, "TIME", "POSITION", "SEQ", "STAGE", "REASON", "BYTES", "REPLAYED", "DETAIL");
      letters.forEach(letter -> printRow(letter, out));
    }
  }

  /** The text is anybody's; it must not move the operator's cursor. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }

  private static void printRow(Letter letter, PrintWriter out) {
    out.printf(
        ROW,
        second(letter.time()),
        letter.position(),
        letter.seq() == null ? "-" : letter.seq(),
        shortened(letter.stage(), REASON_CHARACTERS_MAX),
        shortened(letter.reason(), REASON_CHARACTERS_MAX),
        letter.bytes(),
        second(letter.replayedAt()),
        shortened(letter.detail(), DETAIL_CHARACTERS_MAX));
  }

  private static String json(Letter letter) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", letter.time().toString());
    line.put("position", letter.position().toString());
    line.put("seq", letter.seq());
    line.put("stage", letter.stage());
    line.put("reason", letter.reason());
    line.put("detail", letter.detail());
    line.put("relay", letter.relay());
    line.put("bytes", letter.bytes());
    line.put("cut_from", letter.cutFrom());
    line.put("replayed_at", letter.replayedAt() == null ? null : letter.replayedAt().toString());
    return JSON.writeValueAsString(line);
  }

  private static String shortened(String text, int charactersMax) {
    String printable = printable(text);
    return printable.length() <= charactersMax
        ? printable
        : printable.substring(0, charactersMax) + "…";
  }

  private static String second(@Nullable Instant instant) {
    return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
