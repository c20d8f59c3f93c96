package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.embedded.collector.CollectedSpan;
import io.skywire.embedded.collector.TraceCollector;
import io.skywire.ingester.atproto.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final int PARTITIONS = 6;
  private static final String ALICE = "did:plc:alice";
  private static final String BOB = "did:plc:bob";

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void eventsAndTheirCursorAreOneTransaction() throws Exception {
    EventPublisher publisher = open();
    publisher.publish(batch(12, event(11, ALICE), event(12, BOB)));
    assertThat(producer.commitCount()).isEqualTo(1);
    List<ProducerRecord<byte[], byte[]>> cursors =
        producer.history().stream().filter(r -> r.topic().equals(Topics.CURSOR)).toList();
    assertThat(cursors).hasSize(1);
    assertThat(text(cursors.getFirst().key())).isEqualTo("relay.example");
    assertThat(Cursor.fromJson(cursors.getFirst().value()).seq()).isEqualTo(12);
  }

  @Test
  void aRecordIsTheEventWithItsSeqAsKeyInItsReposPartition() throws Exception {
    open().publish(batch(11, event(11, ALICE)));
    ProducerRecord<byte[], byte[]> record = events().getFirst();
    assertThat(record.partition()).isEqualTo(EventPartitions.of(ALICE, PARTITIONS));
    assertThat(ByteBuffer.wrap(record.key()).getLong()).isEqualTo(11);
    assertThat(text(record.value())).isEqualTo("{\"seq\":11}");
    assertThat(record.timestamp()).isEqualTo(NOON.toEpochMilli());
    assertThat(header(record, "event_type")).isEqualTo("commit");
    assertThat(header(record, "repo")).isEqualTo(ALICE);
    assertThat(header(record, "collections")).isEqualTo("a.b.c,d.e.f");
    assertThat(header(record, "ops")).isEqualTo("create a.b.c,delete d.e.f 2");
    assertThat(header(record, "time")).isEqualTo("2026-07-04T11:59:59Z");
    assertThat(header(record, "ce_id")).isEqualTo("11");
    assertThat(header(record, "ce_source")).isEqualTo("wss://relay.example");
  }

  @Test
  void everyTransactionRaisesEveryPartitionsWatermarkToItsCursor() throws Exception {
    open().publish(batch(13, event(11, ALICE), event(12, ALICE), event(13, BOB)));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      List<ProducerRecord<byte[], byte[]>> records =
          events().stream().filter(r -> r.partition() == number).toList();
      assertThat(records).as("partition %d", number).isNotEmpty();
      ProducerRecord<byte[], byte[]> last = records.getLast();
      if (last.value() == null) {
        assertThat(header(last, "event_type")).isEqualTo("watermark");
        assertThat(ByteBuffer.wrap(last.key()).getLong()).isEqualTo(13);
      } else {
        assertThat(header(last, "watermark")).isEqualTo("13");
      }
    }
    assertThat(events().stream().filter(r -> header(r, "watermark") != null)).hasSize(2);
    assertThat(events()).as("no more than one to each partition").hasSize(3 + PARTITIONS - 2);
  }

  @Test
  void aPartitionsEventsAreSentInTheOrderOfTheirSeqs() throws Exception {
    open().publish(batch(14, event(11, ALICE), event(12, BOB), event(13, ALICE), event(14, ALICE)));
    assertThat(
            events().stream()
                .filter(record -> record.partition() == EventPartitions.of(ALICE, PARTITIONS))
                .filter(record -> record.value() != null)
                .map(record -> ByteBuffer.wrap(record.key()).getLong())
                .filter(seq -> seq != 12))
        .containsExactly(11L, 13L, 14L);
  }

  /** Read before, it may be behind what another has committed since. */
  @Test
  void theCursorIsReadOnceOthersAreFenced() throws Exception {
    List<Boolean> fenced = new ArrayList<>();
    open(() -> {
      fenced.add(producer.transactionInitialized());
      return consumer(null);
    });
    assertThat(fenced).containsExactly(true);
  }

  @Test
  void atStartEveryPartitionIsRaisedToTheCommittedCursor() throws Exception {
    open(new Cursor("relay.example", 13, null, NOON)).publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 13L));
  }

  @Test
  void atStartWithoutACursorEveryPartitionHasAWatermarkToo() throws Exception {
    open().publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 0L));
  }

  /** A watermark cannot be taken back, and the operator may have a digit too many. */
  @Test
  void whatAnOperatorTypedIsNoWatermark() throws Exception {
    Cursor typed = new Cursor("relay.example", 99_999, null, NOON, true, 13L);
    open(typed).publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 0L));
  }

  @Test
  void anOperatorsCursorSaysThatItIsOne() throws Exception {
    open().setCursor(99_999);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 99_999, null, NOON, true, null));
  }

  @Test
  void anOperatorsCursorKeepsWhereTheTopicEnds() throws Exception {
    open(new Cursor("relay.example", 13, null, NOON)).setCursor(50);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 50, null, NOON, true, 13L));
  }

  @Test
  void soDoesTheOneThatIsSetAfterIt() throws Exception {
    open(new Cursor("relay.example", 50, null, NOON, true, 13L)).setCursor(99);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 99, null, NOON, true, 13L));
  }

  private List<Long> watermarks() {
    return events().stream().map(record -> ByteBuffer.wrap(record.key()).getLong()).toList();
  }

  @Test
  void deadLettersAreInTheTransactionToo() throws Exception {
    byte[] frame = {1, 2, 3};
    open()
        .publish(
            new Batch(
                NOON,
                List.of(),
                List.of(new DeadLetter(null, frame, "malformed_frame", "at byte 3")),
                null,
                null,
                null));
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isEqualTo(frame);
    assertThat(header(letter, "reason")).isEqualTo("malformed_frame");
    assertThat(header(letter, "detail")).isEqualTo("at byte 3");
    assertThat(header(letter, "relay")).isEqualTo("relay.example");
    assertThat(header(letter, "stage")).isEqualTo("decode");
    assertThat(letter.timestamp()).isEqualTo(NOON.toEpochMilli());
  }

  @Test
  void aGapIsInEachPartitionBeforeTheEventsAfterItAndInTheirTransaction() throws Exception {
    Gap gap = new Gap("relay.example", 10, 21, "the relay skipped", NOON);
    Batch after = batch(21, event(21, ALICE));
    open().publish(new Batch(NOON, after.events(), List.of(), after.cursor(), gap, null));
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(events()).hasSize(2 * PARTITIONS);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      ProducerRecord<byte[], byte[]> first =
          events().stream().filter(r -> r.partition() == number).findFirst().orElseThrow();
      assertThat(header(first, "event_type")).isEqualTo("gap");
      assertThat(first.value()).isNull();
      assertThat(ByteBuffer.wrap(first.key()).getLong()).isEqualTo(10);
      assertThat(Gap.of(10, first.timestamp(), first.headers())).isEqualTo(gap);
    }
  }

  @Test
  void whereATopicBeginsIsInEachPartitionBeforeItsFirstEvent() throws Exception {
    Batch first = batch(21, event(21, ALICE));
    open().publish(new Batch(NOON, first.events(), List.of(), first.cursor(), null, 21L));
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(events()).hasSize(2 * PARTITIONS);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      ProducerRecord<byte[], byte[]> begins =
          events().stream().filter(r -> r.partition() == number).findFirst().orElseThrow();
      assertThat(header(begins, "event_type")).isEqualTo("watermark");
      assertThat(header(begins, "begins")).isEqualTo("21");
      assertThat(begins.value()).isNull();
      assertThat(ByteBuffer.wrap(begins.key()).getLong()).as("nothing is there yet").isZero();
      assertThat(begins.timestamp()).isEqualTo(NOON.toEpochMilli());
    }
  }

  @Test
  void aFencedPublisherSaysSo() throws Exception {
    EventPublisher publisher = open();
    producer.fenceProducer();
    assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
        .isInstanceOf(FencedException.class);
    assertThat(producer.commitCount()).isZero();
  }

  @Test
  void aFailedCommitIsNotSwallowed() throws Exception {
    EventPublisher publisher = open();
    producer.commitTransactionException = new KafkaException("no answer");
    assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
        .isInstanceOf(PublishFailedException.class)
        .hasMessage("no answer");
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
  void theCommittedCursorIsKnownUntilItsProducerIsClosed() throws Exception {
    Cursor committed = new Cursor("relay.example", 13, null, NOON);
    try (EventPublisher publisher = open(committed)) {
      assertThat(publisher.committedCursor()).isEqualTo(committed);
      assertThat(producer.closed()).isFalse();
    }
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void withoutTracesNoRecordNamesOne() throws Exception {
    open().publish(batch(12, event(11, ALICE), event(12, BOB)));
    assertThat(producer.history()).allMatch(record -> header(record, "traceparent") == null);
  }

  @Test
  void aTransactionIsASpanThatItsEventsName() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      try (Tracing tracing = Tracing.open("ingester", new Variables(collector.variables()))) {
        EventPublisher publisher = open(tracing.tracer());
        publisher.publish(batch(12, event(11, ALICE), event(12, BOB)));
        publisher.publish(batch(13, event(13, BOB)));
      }
      List<CollectedSpan> spans = collector.await(2);
      assertThat(spans).hasSize(2);
      CollectedSpan first = spans.getFirst();
      assertThat(first.name()).isEqualTo("publish skywire.events");
      assertThat(first.service()).isEqualTo("skywire-ingester");
      assertThat(first.kind()).isEqualTo(CollectedSpan.Kind.PRODUCER);
      assertThat(first.parentId()).isEmpty();
      assertThat(first.error()).isEmpty();
      assertThat(first.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.destination.name", "skywire.events")
          .containsEntry("messaging.batch.message_count", "2")
          .containsEntry("skywire.first_seq", "11")
          .containsEntry("skywire.last_seq", "12")
          .containsEntry("skywire.relay", "relay.example");
      // The flags: sampled, and a random id.
      String firstParent = "00-" + first.id() + "-03";
      String nextParent = "00-" + spans.getLast().id() + "-03";
      assertThat(
              events().stream()
                  .filter(record -> record.value() != null)
                  .map(record -> header(record, "traceparent")))
          .containsExactly(firstParent, firstParent, nextParent);
      assertThat(producer.history().stream().filter(record -> record.topic().equals(Topics.CURSOR)))
          .allMatch(record -> header(record, "traceparent") == null);
    }
  }

  @Test
  void aTransactionThatIsNotSampledIsNotNamed() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> variables = new HashMap<>(collector.variables());
      variables.put("OTEL_TRACES_SAMPLER", "always_off");
      try (Tracing tracing = Tracing.open("ingester", new Variables(variables))) {
        open(tracing.tracer()).publish(batch(11, event(11, ALICE)));
      }
      assertThat(collector.spans()).isEmpty();
      assertThat(producer.history()).allMatch(record -> header(record, "traceparent") == null);
    }
  }

  @Test
  void theSpanOfATransactionThatFailedSaysWhy() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      try (Tracing tracing = Tracing.open("ingester", new Variables(collector.variables()))) {
        EventPublisher publisher = open(tracing.tracer());
        producer.commitTransactionException = new KafkaException("no answer");
        assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
            .isInstanceOf(PublishFailedException.class);
      }
      CollectedSpan span = collector.await(1).getFirst();
      assertThat(span.error()).isEqualTo("no answer");
      assertThat(span.attribute("error.type")).endsWith(".PublishFailedException");
    }
  }

  private EventPublisher open() throws FencedException, PublishFailedException {
    return open((Cursor) null);
  }

  private EventPublisher open(@Nullable Cursor committed)
      throws FencedException, PublishFailedException {
    return open(() -> consumer(committed));
  }

  private EventPublisher open(Tracer tracer) throws FencedException, PublishFailedException {
    return open(() -> consumer(null), tracer);
  }

  private EventPublisher open(Supplier<Consumer<byte[], byte[]>> consumers)
      throws FencedException, PublishFailedException {
    return open(consumers, Tracing.none());
  }

  private EventPublisher open(Supplier<Consumer<byte[], byte[]>> consumers, Tracer tracer)
      throws FencedException, PublishFailedException {
    return EventPublisher.open(
        producer,
        new CursorTopic(consumers),
        "relay.example",
        PARTITIONS,
        InstantSource.fixed(NOON),
        tracer);
  }

  private static Consumer<byte[], byte[]> consumer(@Nullable Cursor committed) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    TopicPartition partition = new TopicPartition(Topics.CURSOR, 0);
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.updateEndOffsets(Map.of(partition, committed == null ? 0L : 1L));
    if (committed != null) {
      consumer.schedulePollTask(() ->
          consumer.addRecord(
              new ConsumerRecord<>(
                  Topics.CURSOR,
                  0,
                  0,
                  committed.relay().getBytes(StandardCharsets.UTF_8),
                  committed.toJson())));
    }
    return consumer;
  }

  private List<ProducerRecord<byte[], byte[]>> events() {
    return producer.history().stream().filter(r -> r.topic().equals(Topics.EVENTS)).toList();
  }

  private static Batch batch(long cursor, Event... events) {
    return new Batch(
        NOON,
        List.of(events),
        List.of(),
        new Cursor("relay.example", cursor, null, NOON),
        null,
        null);
  }

  private static Event event(long seq, String repo) {
    return new Event(
        seq,
        "commit",
        repo,
        List.of("a.b.c", "d.e.f"),
        "create a.b.c,delete d.e.f 2",
        "2026-07-04T11:59:59Z",
        ("{\"seq\":" + seq + "}").getBytes(StandardCharsets.UTF_8),
        null);
  }

  private static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
