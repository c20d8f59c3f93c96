package io.skywire.standalone.chaos;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the topic as a team that subscribes would: {@code read_committed}, from the beginning on,
 * relying on the watermarks; and the dead letters, of which there is to be one for each hostile
 * frame of the relay's and no other. Runs on one thread.
 */
final class TopicWitness implements Loop {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final long AGAIN_MILLIS = 200;

  private final String servers;
  private final int partitions;
  private final Audit audit;
  private final Findings findings;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private volatile boolean stopped;

  TopicWitness(String servers, int partitions, Audit audit, Findings findings) {
    this.servers = servers;
    this.partitions = partitions;
    this.audit = audit;
    this.findings = findings;
  }

  @Override
  public void run() throws InterruptedException {
    while (!stopped) {
      try (Consumer<byte[], byte[]> consumer = open()) {
        while (!stopped) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            positions.put(partition, record.offset() + 1);
            see(record);
          }
        }
      } catch (KafkaException failed) {
        findings.add(Finding.Kind.WITNESS, "the topic's: " + failed);
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  void see(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(Topics.DEAD_LETTERS)) {
      seeDeadLetter(record);
      return;
    }
    long seq = ByteBuffer.wrap(record.key()).getLong();
    if (EventHeaders.WATERMARK.equals(header(record, EventHeaders.EVENT_TYPE))) {
      audit.topicComplete(record.partition(), seq);
      return;
    }
    if (EventHeaders.GAP.equals(header(record, EventHeaders.EVENT_TYPE))) {
      findings.add(
          Finding.Kind.GAP,
          "in partition %d of the topic, after seq %d".formatted(record.partition(), seq));
      return;
    }
    audit.inTopic(record.partition(), seq, described(record));
    String watermark = header(record, EventHeaders.WATERMARK);
    if (watermark != null) {
      audit.topicComplete(record.partition(), Long.parseLong(watermark));
    }
  }

  private void seeDeadLetter(ConsumerRecord<byte[], byte[]> record) {
    String stage = header(record, DeadLetterHeaders.STAGE);
    String reason = String.valueOf(header(record, DeadLetterHeaders.REASON));
    String what =
        "dead letter at stage %s: %s, %s"
            .formatted(stage, reason, header(record, DeadLetterHeaders.DETAIL));
    Long seq = Seq.ofKey(record.key());
    if (seq == null || record.value() == null || !DeadLetterHeaders.DECODE.equals(stage)) {
      findings.add(Finding.Kind.REFUSED, what);
    } else {
      audit.inDeadLetters(seq, new Refused(reason, LedgerHash.ofFrame(record.value())), what);
    }
  }

  private static Described described(ConsumerRecord<byte[], byte[]> record) {
    String collections = header(record, EventHeaders.COLLECTIONS);
    return new Described(
        String.valueOf(header(record, EventHeaders.EVENT_TYPE)),
        header(record, EventHeaders.REPO),
        collections == null ? List.of() : List.of(collections.split(",")),
        LedgerHash.of(JSON.readTree(record.value())));
  }

  private Consumer<byte[], byte[]> open() {
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                // What has been committed must not be gone.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.add(new TopicPartition(Topics.EVENTS, partition));
    }
    all.add(new TopicPartition(Topics.DEAD_LETTERS, 0));
    consumer.assign(all);
    for (TopicPartition partition : all) {
      consumer.seek(partition, positions.getOrDefault(partition, 0L));
    }
    return consumer;
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
