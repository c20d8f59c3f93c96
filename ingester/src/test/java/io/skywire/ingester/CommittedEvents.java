package io.skywire.ingester;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A subscriber to the events' topic, who sees only what is committed. One thread. */
final class CommittedEvents implements AutoCloseable {
  static final Comparator<LedgerEntry> BY_SEQ = Comparator.comparingLong(LedgerEntry::seq);

  private static final int PARTITIONS = 6;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<LedgerEntry> entries = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final long[] watermarks = new long[PARTITIONS];
  private boolean assigned;

  CommittedEvents(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Reads until every partition's watermark has reached the seq. */
  void readTo(long seq) throws InterruptedException {
    assign();
    while (IntStream.range(0, PARTITIONS).anyMatch(partition -> watermarks[partition] < seq)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("waiting for seq " + seq);
      }
      consumer.poll(Duration.ofMillis(100)).forEach(this::read);
    }
  }

  /** As the ledger has them, in the order of arrival. */
  List<LedgerEntry> entries() {
    return entries;
  }

  /** As the partitions have them: one from each. */
  List<Gap> gaps() {
    return gaps;
  }

  List<Long> seqs() {
    return entries.stream().map(LedgerEntry::seq).toList();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void assign() {
    if (!assigned) {
      consumer.assign(
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new TopicPartition(Topics.EVENTS, p))
              .toList());
      assigned = true;
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    long seq = ByteBuffer.wrap(record.key()).getLong();
    String watermark = header(record, EventHeaders.WATERMARK);
    if (header(record, EventHeaders.EVENT_TYPE).equals(EventHeaders.GAP)) {
      gaps.add(Objects.requireNonNull(Gap.of(seq, record.timestamp(), record.headers())));
      return;
    }
    if (record.value() == null) {
      watermarks[record.partition()] = seq;
      return;
    }
    if (!watermark.isEmpty()) {
      watermarks[record.partition()] = Long.parseLong(watermark);
    }
    String collections = header(record, EventHeaders.COLLECTIONS);
    entries.add(
        new LedgerEntry(
            seq,
            header(record, EventHeaders.EVENT_TYPE),
            header(record, EventHeaders.REPO),
            collections.isEmpty() ? List.of() : List.of(collections.split(",", -1)),
            LedgerHash.of(JSON.readTree(record.value()))));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
