package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
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
    new SinkDeadLetters(producer, () -> "relay.example")
        .send(List.of(new Refused(record, "22P02: no json")));
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
    new SinkDeadLetters(producer, () -> null)
        .send(List.of(new Refused(TestRecords.event(0, 7, "{"), "22P02")));
    assertThat(header(producer.history().getFirst(), "relay")).isNull();
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
