package io.skywire.standalone.up;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline at one moment, as the status line shows it.
 *
 * @param relay address of the relay
 * @param database why the database does not answer, else null
 * @param ingester why the ingester has stopped for good, else null
 * @param report what the ingester last said, null before the first word
 * @param watermark the highest readable seq, null before the first
 * @param lagSeconds how far what can be read is behind the relay, null while nobody knows
 * @param rows stored, about
 * @param eventsPerSecond stored lately
 */
record Status(
    String relay,
    @Nullable String database,
    @Nullable String ingester,
    @Nullable Report report,
    @Nullable Long watermark,
    @Nullable Double lagSeconds,
    long rows,
    double eventsPerSecond) {

  /** Longer than a status line shows anyway. */
  private static final int PROBLEM_MAX = 160;

  /** The ingester's own words, from the table that the sink keeps. */
  record Report(@Nullable Long cursor, boolean connected, @Nullable String problem) {}

  /** One line. */
  String line() {
    if (database != null) {
      return "the database does not answer: " + brief(database) + "; trying again";
    }
    return String.format(
        Locale.ROOT,
        "%,.0f events/s | cursor %s | readable to %s | lag %s | about %,d rows | %s",
        eventsPerSecond,
        report == null ? "-" : number(report.cursor),
        number(watermark),
        lagSeconds == null ? "-" : String.format(Locale.ROOT, "%,.1f s", lagSeconds),
        rows,
        relayState());
  }

  /** What a change of is worth a line of its own. */
  String state() {
    return database != null ? "database away" : relayState();
  }

  private String relayState() {
    if (ingester != null) {
      return "ingester stopped: " + brief(ingester);
    }
    // Until it has tried, the ingester's problem is that it starts.
    if (report == null || "starting".equals(report.problem)) {
      return "relay " + relay + ": connecting";
    }
    if (report.connected) {
      return "relay " + relay + " connected";
    }
    return report.problem == null
        ? "relay " + relay + ": connecting"
        : "relay " + relay + " not reachable: " + reason(report.problem) + "; trying again";
  }

  /** The ingester's words without the address, which stands before them. */
  private String reason(String problem) {
    String address = "relay " + relay + ": ";
    return brief(problem.startsWith(address) ? problem.substring(address.length()) : problem);
  }

  private static String number(@Nullable Long seq) {
    return seq == null ? "-" : seq.toString();
  }

  /** Text from outside, on one line and unable to move the terminal's cursor. */
  private static String brief(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= PROBLEM_MAX ? line : line.substring(0, PROBLEM_MAX) + "...";
  }
}
