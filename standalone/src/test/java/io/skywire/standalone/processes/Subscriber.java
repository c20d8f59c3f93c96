package io.skywire.standalone.processes;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A team that subscribes to the topic and sees only what is committed: keeps what came and when.
 * Runs on a thread of its own; others ask it.
 */
final class Subscriber implements Loop {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration WAIT = Duration.ofMillis(100);

  private final String servers;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final long[] lastSeqs;
  private final long[] watermarks;
  private long lastCursor;
  private volatile boolean stopped;

  private record Arrival(LedgerEntry entry, long nanos) {}

  Subscriber(String servers, int partitions) {
    this.servers = servers;
    this.lastSeqs = new long[partitions];
    this.watermarks = new long[partitions];
  }

  @Override
  public void run() {
    try (KafkaConsumer<byte[], byte[]> consumer = open()) {
      List<TopicPartition> all = new ArrayList<>();
      for (int partition = 0; partition < watermarks.length; partition++) {
        all.add(new TopicPartition(Topics.EVENTS, partition));
      }
      all.add(new TopicPartition(Topics.STATUS, 0));
      all.add(new TopicPartition(Topics.DEAD_LETTERS, 0));
      consumer.assign(all);
      while (!stopped) {
        consumer.poll(WAIT).forEach(this::read);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /** When the first event above this seq came, by {@link System#nanoTime}; waits for it. */
  long firstAbove(long seq, Duration max) throws Exception {
    Eventually.isTrue("an event above seq " + seq, max, () -> find(seq) != null);
    Arrival first = find(seq);
    if (first == null) {
      throw new IllegalStateException("what has come stays");
    }
    return first.nanos();
  }

  /** Waits until every partition has said that it holds all events up to this seq. */
  void awaitAll(long seq, Duration max) throws Exception {
    Eventually.isTrue("the topic holds all up to seq " + seq, max, () -> watermark() >= seq);
  }

  /** Every event at or below it has come. */
  synchronized long watermark() {
    return Arrays.stream(watermarks).min().orElse(0);
  }

  /** What came at or below this seq, as the ledger has it, ordered by seq. */
  synchronized List<LedgerEntry> upTo(long seq) {
    return arrivals.stream()
        .map(Arrival::entry)
        .filter(entry -> entry.seq() <= seq)
        .sorted(Comparator.comparingLong(LedgerEntry::seq))
        .toList();
  }

  /**
   * Events that came after a later one of their partition, and so of their repo; statuses of an
   * ingester that has lost the lead; dead letters, since the relay sends nothing to refuse.
   */
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** The longest time between two events since then, by {@link System#nanoTime}. */
  synchronized Duration longestSilence(long since) {
    long longest = 0;
    long last = since;
    for (Arrival arrival : arrivals) {
      if (arrival.nanos() > since) {
        longest = Math.max(longest, arrival.nanos() - last);
        last = arrival.nanos();
      }
    }
    return Duration.ofNanos(longest);
  }

  private synchronized @Nullable Arrival find(long seq) {
    // From the end: what a test asks for has just come.
    Arrival first = null;
    for (int i = arrivals.size() - 1; i >= 0 && arrivals.get(i).entry().seq() > seq; i--) {
      first = arrivals.get(i);
    }
    return first;
  }

  private KafkaConsumer<byte[], byte[]> open() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            servers,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest",
            "allow.auto.create.topics",
            false,
            "enable.auto.commit",
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    switch (record.topic()) {
      case Topics.STATUS -> readStatus(IngesterStatus.fromJson(record.value()));
      case Topics.DEAD_LETTERS ->
          complain("a dead letter: " + header(record, DeadLetterHeaders.DETAIL));
      default -> readEvent(record);
    }
  }

  private void readEvent(ConsumerRecord<byte[], byte[]> record) {
    long seq = ByteBuffer.wrap(record.key()).getLong();
    int partition = record.partition();
    if (record.value() == null) {
      raise(partition, seq);
      return;
    }
    LedgerEntry entry = entry(record, seq);
    synchronized (this) {
      if (seq <= lastSeqs[partition]) {
        complain("%d after %d".formatted(seq, lastSeqs[partition]));
      }
      lastSeqs[partition] = seq;
      arrivals.add(new Arrival(entry, System.nanoTime()));
    }
    String watermark = header(record, EventHeaders.WATERMARK);
    if (!watermark.isEmpty()) {
      raise(partition, Long.parseLong(watermark));
    }
  }

  private synchronized void readStatus(IngesterStatus status) {
    long cursor = status.cursor() == null ? 0 : status.cursor();
    if (cursor < lastCursor) {
      complain("a status with cursor %d after %d".formatted(cursor, lastCursor));
    }
    lastCursor = cursor;
  }

  private synchronized void complain(String what) {
    complaints.add(what);
  }

  private synchronized void raise(int partition, long watermark) {
    watermarks[partition] = Math.max(watermarks[partition], watermark);
  }

  private static LedgerEntry entry(ConsumerRecord<byte[], byte[]> record, long seq) {
    String collections = header(record, EventHeaders.COLLECTIONS);
    return new LedgerEntry(
        seq,
        header(record, EventHeaders.EVENT_TYPE),
        header(record, EventHeaders.REPO),
        collections.isEmpty() ? List.of() : List.of(collections.split(",", -1)),
        LedgerHash.of(JSON.readTree(record.value())));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
