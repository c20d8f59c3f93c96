package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Topics;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.publish.ReplayPublisher.Replayed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplayPublisherTest {
  private static final Instant THEN = Instant.parse("2026-07-04T12:00:00Z");
  private static final String ALICE = "did:plc:alice";

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void theEventAndTheNoteAreOneTransaction() throws Exception {
    open().publish(replayed(null), 0, "0:12");
    assertThat(producer.commitCount()).isEqualTo(1);
    ProducerRecord<byte[], byte[]> event = producer.history().getFirst();
    assertThat(event.topic()).isEqualTo(Topics.EVENTS);
    assertThat(event.partition()).isEqualTo(EventPartitions.of(ALICE, 6));
    assertThat(event.timestamp()).isEqualTo(THEN.toEpochMilli());
    assertThat(header(event, "replay")).isEqualTo("new");
    assertThat(header(event, "ce_replay")).isEqualTo("new");
    assertThat(header(event, "ce_source")).isEqualTo("wss://relay.example");
    assertThat(header(event, "watermark")).isNull();
    ProducerRecord<byte[], byte[]> note = producer.history().getLast();
    assertThat(note.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(note.value()).isNull();
    assertThat(ByteBuffer.wrap(note.key()).getLong()).isEqualTo(7);
    assertThat(header(note, "replayed")).isEqualTo("0:12");
    assertThat(producer.history()).hasSize(2);
  }

  @Test
  void whatIsStillFlawedIsKeptAgain() throws Exception {
    DeadLetter still = new DeadLetter(7L, new byte[] {1}, DeadLetter.FLAWED_OP, "body.ops[0]");
    open().publish(replayed(still), 0, "0:12");
    assertThat(producer.history())
        .filteredOn(record -> "flawed_op".equals(header(record, "reason")))
        .singleElement()
        .satisfies(letter -> assertThat(header(letter, "relay")).isEqualTo("relay.example"));
    assertThat(producer.commitCount()).isEqualTo(1);
  }

  @Test
  void neitherIsThereWhenTheTransactionFails() throws Exception {
    ReplayPublisher publisher = open();
    producer.commitTransactionException = new KafkaException("no answer");
    assertThatThrownBy(() -> publisher.publish(replayed(null), 0, "0:12"))
        .isInstanceOf(PublishFailedException.class);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aReplayThatAnotherHasTakenOverSaysSo() throws Exception {
    ReplayPublisher publisher = open();
    producer.fenceProducer();
    assertThatThrownBy(() -> publisher.publish(replayed(null), 0, "0:12"))
        .isInstanceOf(FencedException.class);
  }

  @Test
  void aPublisherThatCannotBeOpenedLeavesNoProducerBehind() {
    producer.initTransactionException = new KafkaException("no answer");
    assertThatThrownBy(this::open)
        .isInstanceOf(PublishFailedException.class)
        .hasMessage("no answer");
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void itsProducerIsClosedWithIt() throws Exception {
    open().close();
    assertThat(producer.closed()).isTrue();
  }

  private ReplayPublisher open() throws FencedException, PublishFailedException {
    return ReplayPublisher.open(producer, 6);
  }

  private static Replayed replayed(@Nullable DeadLetter still) {
    Event event = new Event(7, "commit", ALICE, List.of(), "", null, new byte[] {'{', '}'}, null);
    return new Replayed(event, Replay.NEW, THEN, still, "relay.example");
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
