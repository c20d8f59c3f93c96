package io.skywire.standalone.chaos;

import io.skywire.common.topic.EventPartitions;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.standalone.chaos.Awaited.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what the witnesses see with what the relay has emitted, as it comes: every event once in
 * the topic, in the table, at the reader and in the stream, with the ledger's hash, in the topic
 * and in the table under its type, repo and collections too, in the order of its repo, and complete
 * at or below each watermark, above which nothing is shown; every hostile frame once among the dead
 * letters and nowhere else; and that retention drops a day or does not. Holds only what has not
 * come by everywhere. Any thread may call it.
 */
final class Audit {
  /** Repos of the simulator come and go; those not seen for so many others will not come again. */
  private static final int REPOS_MAX = 10_000;

  /** Tells the entries that were emitted since it was last asked. */
  interface Ledger {
    List<LedgerEntry> next();
  }

  /** Whom the api shows events. */
  enum Client {
    READER("the reader"),
    STREAM("the stream");

    private final String words;

    Client(String words) {
      this.words = words;
    }
  }

  private final Ledger ledger;
  private final Findings findings;
  private final List<Awaited<Described>> partitions = new ArrayList<>();
  private final long[] watermarks;
  private final Awaited<Described> table = new Awaited<>(Described::inTable);
  private final FurtherCollections further = new FurtherCollections();
  private final Awaited<String> reader = new Awaited<>(LedgerEntry::hash);
  private final Awaited<String> stream = new Awaited<>(LedgerEntry::hash);
  private final Awaited<Refused> letters = new Awaited<>(Refused::of);
  private final Map<Client, Long> comparedAt = new EnumMap<>(Client.class);
  private final LinkedHashMap<String, Long> lastOfRepo = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Long> emitted = new TreeMap<>();
  private long newest;
  private long refused;
  private long tableAt;
  private long readerAt;
  private long streamAt;
  private long readerMovedNanos;
  private long standstillNanos;

  /**
   * @param partitions of the events' topic
   */
  Audit(Ledger ledger, int partitions, Findings findings) {
    this.ledger = ledger;
    this.findings = findings;
    this.watermarks = new long[partitions];
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(new Awaited<>(Described::inTopic));
    }
  }

  /** A committed record of the topic. */
  synchronized void inTopic(int partition, long seq, Described event) {
    know(seq);
    String repo = String.valueOf(event.repo());
    int right = EventPartitions.of(repo, partitions.size());
    if (partition != right) {
      findings.add(
          Finding.Kind.MISORDERED,
          "seq %d of %s is in partition %d of the topic, its repo's is %d"
              .formatted(seq, repo, partition, right));
    }
    judge(partitions.get(right).arrive(seq, event), seq, "the topic's partition " + partition);
    Long before = lastOfRepo.put(repo, seq);
    if (before != null && before > seq) {
      findings.add(
          Finding.Kind.MISORDERED,
          "seq %d of %s stands behind %d in the topic's partition %d"
              .formatted(seq, repo, before, partition));
    }
    if (lastOfRepo.size() > REPOS_MAX) {
      lastOfRepo.pollFirstEntry();
    }
  }

  /** The topic says that a partition holds every event of its repos at or below a seq. */
  synchronized void topicComplete(int partition, long seq) {
    know(seq);
    watermarks[partition] = Math.max(watermarks[partition], seq);
    overdue(partitions.get(partition), seq, "the topic's partition " + partition);
  }

  /**
   * A dead letter of the ingester's.
   *
   * @param what it says
   */
  synchronized void inDeadLetters(long seq, Refused letter, String what) {
    know(seq);
    switch (letters.arrive(seq, letter)) {
      case EXPECTED -> refused++;
      case CHANGED ->
          findings.add(
              Finding.Kind.CHANGED,
              "seq %d is another frame than was sent, or refused for another reason: %s"
                  .formatted(seq, what));
      case REPEATED ->
          findings.add(
              Finding.Kind.REFUSED, "seq %d, again (or it is an event): %s".formatted(seq, what));
    }
  }

  /** Every hostile frame at or below a seq has had the time to become a dead letter. */
  synchronized void lettersDue(long seq) {
    know(seq);
    for (long lost : letters.overdue(seq)) {
      findings.add(Finding.Kind.LOST, "seq %d, a hostile frame, is no dead letter".formatted(lost));
    }
    letters.forget(seq);
  }

  /** A row of the table. */
  synchronized void inTable(long seq, Described row) {
    know(seq);
    judge(table.arrive(seq, row), seq, "the table");
  }

  /** A row for a collection of an event that is not its first. */
  synchronized void inCollections(long seq, String collection) {
    know(seq);
    if (!further.arrive(seq, collection)) {
      findings.add(
          Finding.Kind.REPEATED,
          "seq %d in the table of further collections as %s, again (or it is not one of them)"
              .formatted(seq, collection));
    }
  }

  /** Every event at or below is in the table, as its watermark says. */
  synchronized void tableComplete(long seq) {
    know(seq);
    tableAt = Math.max(tableAt, seq);
    overdue(table, seq, "the table");
    further
        .forget(seq)
        .forEach((lost, collections) ->
            findings.add(
                Finding.Kind.LOST,
                "seq %d is not in the table of further collections as %s, which is said to be complete to %d"
                    .formatted(lost, collections, seq)));
  }

  /**
   * What retention has left, seen at one moment: of each expired day all or nothing, a beginning of
   * all seqs gone, and {@code trimmed_through} just that far.
   *
   * @param days that have expired, in the order of their seqs
   * @param kept events after them, which are to stay
   */
  synchronized void retained(List<OldDay> days, SeqSpan kept, long trimmedThrough) {
    long gone = 0;
    for (OldDay day : days) {
      if (day.isGone()) {
        gone = day.events().last();
      } else if (!day.isWhole()) {
        findings.add(Finding.Kind.HALF_DROPPED, "of an expired day: " + day);
      }
    }
    for (OldDay day : days) {
      if (day.isWhole() && day.events().first() <= trimmedThrough) {
        findings.add(
            Finding.Kind.HALF_DROPPED,
            "trimmed_through is %d, and yet %s".formatted(trimmedThrough, day));
      }
    }
    if (gone != trimmedThrough) {
      findings.add(
          Finding.Kind.HALF_DROPPED,
          "trimmed_through is %d, and what has been dropped goes to %d"
              .formatted(trimmedThrough, gone));
    }
    if (!kept.isWhole()) {
      findings.add(Finding.Kind.LOST, "of what retention keeps: " + kept);
    }
  }

  /**
   * An event on a page of the api.
   *
   * @param watermark that the page tells
   */
  synchronized void read(long seq, String hash, long since, long watermark) {
    know(seq);
    if (seq > watermark) {
      findings.add(
          Finding.Kind.ABOVE_WATERMARK,
          "the reader was shown seq %d on a page with watermark %d".formatted(seq, watermark));
    }
    if (seq <= since) {
      findings.add(
          Finding.Kind.MISORDERED, "the reader was shown seq %d after %d".formatted(seq, since));
    }
    judge(reader.arrive(seq, hash), seq, "the reader");
  }

  /** The api has told the reader to go on after this seq: it has seen all at or below it. */
  synchronized void readerComplete(long seq) {
    know(seq);
    if (seq > readerAt) {
      long now = System.nanoTime();
      standstillNanos = Math.max(standstillNanos, now - readerMovedNanos);
      readerMovedNanos = now;
      readerAt = seq;
    }
    overdue(reader, seq, "the reader");
  }

  /** An event of a stream without a filter: all before it have come. */
  synchronized void streamed(long seq, String hash, long last) {
    know(seq);
    if (seq <= last) {
      findings.add(
          Finding.Kind.MISORDERED, "the stream brought seq %d after %d".formatted(seq, last));
    }
    judge(stream.arrive(seq, hash), seq, "the stream");
    streamAt = Math.max(streamAt, seq);
    overdue(stream, seq, "the stream");
  }

  /**
   * What the api has shown a client goes up to a seq.
   *
   * @param watermark that the database has had after that
   */
  synchronized void shown(Client client, long seq, long watermark) {
    comparedAt.put(client, seq);
    if (seq > watermark) {
      findings.add(
          Finding.Kind.ABOVE_WATERMARK,
          "%s was shown seq %d, and after that the database's watermark was %d"
              .formatted(client.words, seq, watermark));
    }
  }

  /** How far the topic is complete. */
  synchronized long topicAt() {
    long at = Long.MAX_VALUE;
    for (long watermark : watermarks) {
      at = Math.min(at, watermark);
    }
    return at;
  }

  synchronized long tableAt() {
    return tableAt;
  }

  synchronized long readerAt() {
    return readerAt;
  }

  synchronized long streamAt() {
    return streamAt;
  }

  /**
   * Whether topic, dead letters, table, reader and stream are complete to a seq, and what the last
   * two were shown is compared with the watermark.
   */
  synchronized boolean isCompleteTo(long seq) {
    know(seq);
    return topicAt() >= seq
        && letters.isDone(seq)
        && tableAt >= seq
        && readerAt >= seq
        // The last frame may be no event.
        && stream.isDone(seq)
        && comparedAt.getOrDefault(Client.READER, 0L) >= readerAt
        && comparedAt.getOrDefault(Client.STREAM, 0L) >= streamAt;
  }

  /** From now on it counts for how long the reader gets nothing. */
  synchronized void watchStandstill() {
    readerMovedNanos = System.nanoTime();
    standstillNanos = 0;
  }

  /** The longest time in which the reader got nothing new. */
  synchronized Duration standstill() {
    return Duration.ofNanos(standstillNanos);
  }

  /** How many events the relay has emitted, as far as known. */
  synchronized long emitted() {
    return emittedByType().values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same by the events' types. */
  synchronized Map<String, Long> emittedByType() {
    know(Long.MAX_VALUE);
    return new TreeMap<>(emitted);
  }

  /** How many hostile frames have become dead letters. */
  synchronized long refused() {
    return refused;
  }

  /** How many rows they are. */
  synchronized Rows rows() {
    return new Rows(emitted(), further.expected());
  }

  /** What is emitted is in the ledger before anybody can see it. */
  private void know(long seq) {
    if (seq <= newest) {
      return;
    }
    List<LedgerEntry> more;
    do {
      more = ledger.next();
      for (LedgerEntry entry : more) {
        expect(entry);
        newest = entry.seq();
      }
    } while (!more.isEmpty() && newest < seq);
  }

  private void expect(LedgerEntry entry) {
    if (entry.reason() != null) {
      letters.expect(entry);
      return;
    }
    partitions.get(EventPartitions.of(entry.repo(), partitions.size())).expect(entry);
    table.expect(entry);
    further.expect(entry);
    reader.expect(entry);
    stream.expect(entry);
    emitted.merge(entry.type(), 1L, Long::sum);
  }

  private void judge(Arrival arrival, long seq, String where) {
    switch (arrival) {
      case EXPECTED -> {}
      case CHANGED ->
          findings.add(
              Finding.Kind.CHANGED, "seq %d in %s is not what was sent".formatted(seq, where));
      case REPEATED ->
          findings.add(
              Finding.Kind.REPEATED,
              seq > newest
                  ? "seq %d in %s, though the relay has not got further than %d"
                      .formatted(seq, where, newest)
                  : "seq %d in %s, again (or it was never sent)".formatted(seq, where));
    }
  }

  private void overdue(Awaited<?> place, long seq, String where) {
    for (long lost : place.overdue(seq)) {
      findings.add(
          Finding.Kind.LOST,
          "seq %d is not in %s, which is said to be complete to %d; %s"
              .formatted(lost, where, seq, whereabouts(lost)));
    }
    place.forget(seq);
  }

  private String whereabouts(long seq) {
    boolean topic = partitions.stream().noneMatch(partition -> partition.has(seq));
    return "seen in the topic: %s, in the table: %s, by the reader: %s"
        .formatted(word(topic), word(!table.has(seq)), word(!reader.has(seq)));
  }

  private static String word(boolean seen) {
    return seen ? "yes" : "not yet";
  }
}
