package io.skywire.embedded.simulator;

import java.util.List;

/**
 * One emitted event.
 *
 * @param collections of its ops, distinct, in the order of the ops
 * @param hash {@link LedgerHash} of the event that must come out of the API
 */
public record LedgerEntry(
    long seq, String type, String repo, List<String> collections, String hash) {
  public LedgerEntry {
    collections = List.copyOf(collections);
  }

  /** One line, tab-separated; no value can hold a tab. */
  String line() {
    return seq + "\t" + type + "\t" + repo + "\t" + String.join(",", collections) + "\t" + hash;
  }

  static LedgerEntry parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("no line of a ledger: " + line);
    }
    List<String> collections = fields[3].isEmpty() ? List.of() : List.of(fields[3].split(",", -1));
    return new LedgerEntry(Long.parseLong(fields[0]), fields[1], fields[2], collections, fields[4]);
  }
}
