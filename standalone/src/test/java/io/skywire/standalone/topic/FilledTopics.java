package io.skywire.standalone.topic;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.embedded.simulator.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Has every kind of record written that there can be in topics, each by whose it is, and keeps what
 * was sent as subscribers are to see it. One thread.
 */
final class FilledTopics implements AutoCloseable {
  private static final int SEED = 53;
  private static final int FIRST = 1_000;

  /** In seqs it is more than the 10,000 that are no gap yet. */
  private static final int SKIPPED = 12_000;

  private static final int AFTER_THE_GAP = 200;
  private static final String REPO = "did:plc:alice";
  private static final String COLLECTION = "app.bsky.feed.post";
  private static final String PATH = COLLECTION + "/3mptbypluud2a";
  private static final String OTHER_PATH = "app.bsky.feed.like/3mptbypluud2a";
  private static final Map<String, String> HELLO = Map.of("text", "hello");

  /** Each is six bytes of JSON; the frame is none too large. */
  private static final int TOO_MANY_CHARACTERS = 2_700_000;

  /** Kafka takes it, and not what a letter has beside it. */
  private static final int LARGE_BYTES = 16 * 1024 * 1024 - 32 * 1024;

  private final TopicWriters writers = new TopicWriters(SEED, FIRST);
  private final List<Seen> sent = new ArrayList<>();
  private final Map<Long, String> hashes = new HashMap<>();
  private final Set<String> foreign = new HashSet<>();
  private long last;
  private long marked;
  private long refused;
  private Instant from = Instant.EPOCH;
  private int sentBefore;
  private long after;

  FilledTopics() throws Exception {
    keepLedger(FIRST);
    sendWhatNoGoodRelayDoes();
    pauseUntilAWholeSecond();
    loseSome();
    replay();
  }

  String servers() {
    return writers.servers();
  }

  /** All that there is for subscribers to see. */
  List<Seen> sent() {
    return List.copyOf(sent);
  }

  /** A whole second, around which nothing was sent. */
  Instant from() {
    return from;
  }

  /** In the midst of what was sent from then on. */
  long after() {
    return after;
  }

  /** What there is to see from {@link #from} on, events up to this seq left out. */
  List<Seen> sentFrom(long seq) {
    return sent.subList(sentBefore, sent.size()).stream()
        .filter(seen -> seen.isGap() || seen.seq() > seq)
        .toList();
  }

  /** By seq: what the relay has made up and sent, as {@code LedgerHash} has it. */
  Map<Long, String> hashes() {
    return hashes;
  }

  /** The relay sends so many more; the topic has them when this returns. */
  void emit(int events) throws Exception {
    writers.emitTo(writers.relay().emitted() + events);
    keepLedger(events);
  }

  /**
   * What nobody can print who reads events: records of others. And an operator's cursor, after
   * which the ingester begins anew.
   */
  void finish() throws Exception {
    byte[] noSeq = {1};
    write(new ProducerRecord<>(Topics.EVENTS, 0, noSeq, new byte[LARGE_BYTES]));
    write(new ProducerRecord<>(Topics.EVENTS, 0, noSeq, null));
    writers.awaitLetter("not_an_event");
    writers.setCursor();
    long counted =
        sent.stream().filter(seen -> seen.isInOrder() || seen.detail().equals("new")).count();
    writers.awaitCounts(counted);
    writers.awaitRoute(last);
  }

  /** Whether it is one of those that nobody's process has written. */
  boolean isForeign(ConsumerRecord<byte[], byte[]> record) {
    return foreign.contains(record.topic() + "-" + record.partition() + "@" + record.offset());
  }

  @Override
  public void close() {
    writers.close();
  }

  /** The last so many that the relay has made up. */
  private void keepLedger(int events) {
    List<LedgerEntry> ledger = writers.relay().ledger().entries();
    for (LedgerEntry entry : ledger.subList(ledger.size() - events, ledger.size())) {
      String collection = entry.collections().isEmpty() ? null : entry.collections().getFirst();
      sent.add(Seen.event(entry.type(), entry.seq(), entry.repo(), collection, Seen.NONE));
      hashes.put(entry.seq(), entry.hash());
      last = entry.seq();
    }
  }

  private void sendWhatNoGoodRelayDoes() throws Exception {
    marked = sendCommit(frame -> frame.createWithoutBlock(OTHER_PATH, HELLO));
    sendCommit(frame -> frame.op("rename", OTHER_PATH));
    sendCommit(CommitFrame::tooBig);
    send(
        "handle",
        REPO,
        null,
        seq ->
            FrameBytes.message(
                "#handle", Map.of("seq", seq, "did", REPO, "handle", "a.example", "time", "?")));
    send(
        "Nobody",
        null,
        null,
        seq -> FrameBytes.message("#Nobody", Map.of("seq", seq, "a", List.of(1))));
    // No event: nothing at all, or a letter.
    writers.relay().sendRaw(FrameBytes.info("News"));
    writers.relay().sendRaw(new byte[] {1});
    writers.relay().sendRaw(FrameBytes.message("#later", Map.of("news", 1)));
    writers.relay().sendRaw(new CommitFrame().seq(++last).repo("alice").bytes());
    writers
        .relay()
        .sendRaw(
            FrameBytes.message(
                "#large", Map.of("seq", ++last, "a", "\0".repeat(TOO_MANY_CHARACTERS))));
    writers
        .relay()
        .sendRaw(
            FrameBytes.concatenated(
                FrameBytes.encode(Map.of("op", 2, "t", "#commit")),
                FrameBytes.encode(Map.of("seq", ++last))));
    writers.refuseInPostgres(last + 1);
    refused = sendCommit(frame -> frame.delete(OTHER_PATH));
    writers.awaitPublished(last);
    writers.awaitLetter("refused_by_database");
  }

  /** With an op that is as it should be, and what else. */
  private long sendCommit(UnaryOperator<CommitFrame> more) {
    return send(
        "commit",
        REPO,
        COLLECTION,
        seq -> more.apply(new CommitFrame().seq(seq).repo(REPO).create(PATH, HELLO)).bytes());
  }

  private long send(
      String type, @Nullable String repo, @Nullable String collection, LongFunction<byte[]> frame) {
    last++;
    writers.relay().sendRaw(frame.apply(last));
    sent.add(Seen.event(type, last, repo, collection, Seen.NONE));
    return last;
  }

  /** Since kcat is told no fractions. */
  private void pauseUntilAWholeSecond() throws InterruptedException {
    from = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    while (Instant.now().isBefore(from)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    sentBefore = sent.size();
  }

  /** The relay leaves some out; then one of those comes late, which ends the session. */
  private void loseSome() throws Exception {
    long before = last;
    writers.relay().skip(SKIPPED);
    writers.emitTo(FIRST + SKIPPED + AFTER_THE_GAP);
    keepLedger(AFTER_THE_GAP);
    List<LedgerEntry> ledger = writers.relay().ledger().entries();
    long behind = ledger.get(FIRST + SKIPPED).seq();
    after = ledger.get(FIRST + SKIPPED + AFTER_THE_GAP / 2).seq();
    for (int partition = 0; partition < TopicWriters.PARTITIONS; partition++) {
      sent.add(Seen.gap(before, behind, "the relay skipped"));
    }
    writers
        .relay()
        .sendRaw(new CommitFrame().seq(behind - 1).repo(REPO).create(PATH, HELLO).bytes());
    writers.awaitLetter("seq_went_back");
    writers.replay("--seq", Long.toString(behind - 1));
    sent.add(Seen.event("commit", behind - 1, REPO, COLLECTION, "new"));
  }

  private void replay() throws Exception {
    writers.replay("--seq", Long.toString(refused));
    sent.add(Seen.event("commit", refused, REPO, COLLECTION, "repeats"));
    // As a decoder would have left it that knew less.
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS,
            Seq.toKey(marked),
            new CommitFrame().seq(marked).repo(REPO).create(PATH, HELLO).bytes());
    header(letter, DeadLetterHeaders.REASON, "flawed_op");
    header(letter, DeadLetterHeaders.DETAIL, "of an older version");
    header(letter, DeadLetterHeaders.RELAY, writers.relay().uri().getRawAuthority());
    header(letter, DeadLetterHeaders.STAGE, DeadLetterHeaders.DECODE);
    writers.replay("0:" + write(letter).offset());
    sent.add(Seen.event("commit", marked, REPO, COLLECTION, "replaces"));
  }

  private RecordMetadata write(ProducerRecord<byte[], byte[]> record) throws Exception {
    RecordMetadata written = writers.write(record);
    foreign.add(written.toString());
    return written;
  }

  private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
