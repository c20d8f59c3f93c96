package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeanRecordsTest {
  private static final byte[] JSON = TestEvents.utf8("{}");

  private final LeanRecords lean = new LeanRecords();

  @Test
  void whatNobodyReadsIsTakenOff() {
    assertThat(value(JSON, "event_type", "commit", "ops", "create a.b.c", "collections", "a.b.c"))
        .isEmpty();
    assertThat(value(JSON, "event_type", "identity")).isEmpty();
  }

  @Test
  void whatIsReadStays() {
    lean.configure(
        Map.of(
            LeanRecords.ROUTES, Routes.from(new Variables(Map.of("SKYWIRE_ROUTES", "a.b.*=t")))));
    assertThat(value(JSON, "event_type", "commit", "ops", "", "collections", "x.y.z,a.b.c"))
        .isEqualTo(JSON);
    assertThat(value(JSON, "event_type", "commit", "ops", "", "collections", "x.y.z")).isEmpty();
  }

  @Test
  void whatAnOlderIngesterHasNotSaidOfOpsIsReadBeforeItIsTakenOff() {
    byte[] json =
        TestEvents.utf8(
            """
            {"seq":1,"record":{"ops":[{"action":"create","collection":"a.b.c"},
            {"action":"delete","collection":"a.b.d"},{"action":"create","collection":"a.b.c"}]}}\
            """);
    assertThat(ops(json)).isEqualTo("create a.b.c 2,delete a.b.d");
    assertThat(value(json, "event_type", "commit")).isEmpty();
    assertThat(ops(TestEvents.utf8("{\"seq\":"))).isEmpty();
  }

  private String ops(byte[] json) {
    TopicPartition of = new TopicPartition(Topics.EVENTS, 3);
    return new String(
        lean.onConsume(
                new ConsumerRecords<>(
                    Map.of(of, List.of(record(Topics.EVENTS, json, "event_type", "commit"))),
                    Map.of()))
            .records(of)
            .getFirst()
            .headers()
            .lastHeader("ops")
            .value(),
        StandardCharsets.UTF_8);
  }

  /** By its having none, a watermark is told from an event. */
  @Test
  void whatHasNoValueHasNone() {
    assertThat(value(null, "event_type", "watermark")).isNull();
  }

  @Test
  void everythingElseIsAsItWas() {
    ConsumerRecord<byte[], byte[]> record = record(Topics.EVENTS, JSON, "event_type", "sync");
    TopicPartition of = new TopicPartition(Topics.EVENTS, 3);
    ConsumerRecords<byte[], byte[]> taken =
        lean.onConsume(
            new ConsumerRecords<>(
                Map.of(of, List.of(record)), Map.of(of, new OffsetAndMetadata(8))));
    assertThat(taken.nextOffsets()).containsEntry(of, new OffsetAndMetadata(8));
    ConsumerRecord<byte[], byte[]> one = taken.records(of).getFirst();
    assertThat(one.offset()).isEqualTo(7);
    assertThat(one.timestamp()).isEqualTo(1_000);
    assertThat(one.key()).isEqualTo(record.key());
    assertThat(one.headers()).isEqualTo(record.headers());
  }

  @Test
  void recordsOfOtherTopicsStay() {
    TopicPartition of = new TopicPartition("skywire-stats-parts-repartition", 3);
    ConsumerRecord<byte[], byte[]> record = record(of.topic(), JSON);
    assertThat(
            lean.onConsume(new ConsumerRecords<>(Map.of(of, List.of(record)), Map.of()))
                .records(of)
                .getFirst())
        .isSameAs(record);
  }

  private byte @Nullable [] value(byte @Nullable [] json, String... headers) {
    TopicPartition of = new TopicPartition(Topics.EVENTS, 3);
    return lean.onConsume(
            new ConsumerRecords<>(
                Map.of(of, List.of(record(Topics.EVENTS, json, headers))), Map.of()))
        .records(of)
        .getFirst()
        .value();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] json, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], TestEvents.utf8(headers[i + 1]));
    }
    return new ConsumerRecord<>(
        topic,
        3,
        7,
        1_000,
        TimestampType.CREATE_TIME,
        8,
        2,
        new byte[] {1},
        json,
        all,
        Optional.of(4));
  }
}
