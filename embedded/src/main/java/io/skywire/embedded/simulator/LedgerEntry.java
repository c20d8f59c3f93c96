package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One emitted event, or a hostile frame, which is of no type and no repo.
 *
 * @param collections of its ops, distinct, in the order of the ops
 * @param hash {@link LedgerHash} of the event that must come out of the API, or of the hostile
 *     frame
 * @param reason of the dead letter that a hostile frame must become; null for an event
 */
public record LedgerEntry(
    long seq,
    String type,
    String repo,
    List<String> collections,
    String hash,
    @Nullable String reason) {
  public LedgerEntry {
    collections = List.copyOf(collections);
  }

  /** An event. */
  public LedgerEntry(long seq, String type, String repo, List<String> collections, String hash) {
    this(seq, type, repo, collections, hash, null);
  }

  /** One line, tab-separated; no value can hold a tab. Only a hostile frame's has a reason. */
  String line() {
    String event =
        seq + "\t" + type + "\t" + repo + "\t" + String.join(",", collections) + "\t" + hash;
    return reason == null ? event : event + "\t" + reason;
  }

  static LedgerEntry parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 5 && fields.length != 6) {
      throw new IllegalArgumentException("no line of a ledger: " + line);
    }
    List<String> collections = fields[3].isEmpty() ? List.of() : List.of(fields[3].split(",", -1));
    String reason = fields.length == 6 ? fields[5] : null;
    return new LedgerEntry(
        Long.parseLong(fields[0]), fields[1], fields[2], collections, fields[4], reason);
  }
}
