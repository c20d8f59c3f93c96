package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SinkDeadLettersTest {
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void aLetterIsTheRecordWithTheReasonAndTheRelay() throws Exception {
    ConsumerRecord<byte[], byte[]> record = TestRecords.event(0, 7, "{");
    record.headers().add("reason", TestRecords.bytes("not ours"));
    new SinkDeadLetters(producer, () -> "relay.example").send(List.of(refused(record)));
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(letter.key()).isEqualTo(TestRecords.key(7));
    assertThat(letter.value()).isEqualTo(TestRecords.bytes("{"));
    assertThat(header(letter, "reason")).isEqualTo("refused_by_database");
    assertThat(header(letter, "detail")).isEqualTo("22P02: no json");
    assertThat(header(letter, "stage")).isEqualTo("store");
    assertThat(header(letter, "relay")).isEqualTo("relay.example");
    assertThat(header(letter, "repo")).isEqualTo("did:plc:a");
  }

  @Test
  void theRelayIsLeftOutUntilItIsKnown() throws Exception {
    new SinkDeadLetters(producer, () -> null).send(List.of(refused(TestRecords.event(0, 7, "{"))));
    assertThat(header(producer.history().getFirst(), "relay")).isNull();
  }

  @Test
  void aLettersTimeIsTheRecords() throws Exception {
    new SinkDeadLetters(producer, () -> null).send(List.of(refused(TestRecords.event(0, 7, "{"))));
    assertThat(producer.history().getFirst().timestamp())
        .isEqualTo(TestRecords.INDEXED_AT.toEpochMilli());
  }

  @Test
  void ofARecordThatNoLetterHasRoomForTheBeginningIsKept() throws Exception {
    ConsumerRecord<byte[], byte[]> record =
        TestRecords.event(0, 7, "x".repeat(TopicSetup.RECORD_BYTES_MAX));
    new SinkDeadLetters(producer, () -> "relay.example").send(List.of(refused(record)));
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.key()).isEqualTo(TestRecords.key(7));
    assertThat(letter.value()).hasSize(1024 * 1024);
    assertThat(header(letter, "cut_from")).isEqualTo("16777216");
    assertThat(header(letter, "reason")).isEqualTo("refused_by_database");
    assertThat(header(letter, "repo")).isNull();
  }

  @Test
  void headersCountAmongWhatALetterHasRoomFor() throws Exception {
    ConsumerRecord<byte[], byte[]> record = TestRecords.event(0, 7, "{}");
    record.headers().add("huge", new byte[TopicSetup.RECORD_BYTES_MAX]);
    new SinkDeadLetters(producer, () -> "relay.example").send(List.of(refused(record)));
    assertThat(header(producer.history().getFirst(), "cut_from")).isEqualTo("2");
    assertThat(header(producer.history().getFirst(), "huge")).isNull();
  }

  /** A character of a name is up to three bytes. */
  @Test
  void namesOfHeadersCountAmongWhatALetterHasRoomFor() throws Exception {
    ConsumerRecord<byte[], byte[]> record = TestRecords.event(0, 7, "{}");
    record.headers().add("€".repeat(TopicSetup.RECORD_BYTES_MAX / 3), new byte[0]);
    new SinkDeadLetters(producer, () -> "relay.example").send(List.of(refused(record)));
    assertThat(header(producer.history().getFirst(), "cut_from")).isEqualTo("2");
  }

  @Test
  void aLargeRecordThatALetterHasRoomForIsKeptWhole() throws Exception {
    ConsumerRecord<byte[], byte[]> record = TestRecords.event(0, 7, "x".repeat(8 * 1024 * 1024));
    new SinkDeadLetters(producer, () -> "relay.example").send(List.of(refused(record)));
    assertThat(producer.history().getFirst().value()).isEqualTo(record.value());
    assertThat(header(producer.history().getFirst(), "cut_from")).isNull();
  }

  @Test
  void aRecordWithoutAValueIsALetterToo() throws Exception {
    ConsumerRecord<byte[], byte[]> huge = TestRecords.watermark(0, 7, 7);
    huge.headers().add("huge", new byte[TopicSetup.RECORD_BYTES_MAX]);
    new SinkDeadLetters(producer, () -> "relay.example")
        .send(List.of(refused(TestRecords.watermark(0, 8, 8)), refused(huge)));
    assertThat(producer.history()).hasSize(2).allMatch(letter -> letter.value() == null);
    assertThat(header(producer.history().getFirst(), "cut_from")).isNull();
    assertThat(header(producer.history().getLast(), "cut_from")).isEqualTo("0");
  }

  private static Refused refused(ConsumerRecord<byte[], byte[]> record) {
    return new Refused(record, Refusal.REFUSED_BY_DATABASE, "22P02: no json");
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
