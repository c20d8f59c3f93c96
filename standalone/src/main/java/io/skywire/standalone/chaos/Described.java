package io.skywire.standalone.chaos;

import io.skywire.embedded.simulator.LedgerEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event and what stands beside it, by which others find it: headers in the topic, columns in the
 * table.
 *
 * @param collections all that there are beside it, in their order
 * @param hash of the event, as the ledger's
 */
record Described(String type, @Nullable String repo, List<String> collections, String hash) {
  /** As the topic's headers say it. */
  static Described inTopic(LedgerEntry sent) {
    return new Described(sent.type(), sent.repo(), sent.collections(), sent.hash());
  }

  /** As the table's columns say it: further collections have a table of their own. */
  static Described inTable(LedgerEntry sent) {
    List<String> first = sent.collections().stream().limit(1).toList();
    return new Described(sent.type(), sent.repo(), first, sent.hash());
  }
}
