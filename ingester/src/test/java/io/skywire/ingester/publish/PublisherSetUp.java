package io.skywire.ingester.publish;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.ingester.atproto.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A publisher whose producer and cursor are mocked, and what it has sent. */
abstract class PublisherSetUp {
  static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  static final int PARTITIONS = 6;
  static final String ALICE = "did:plc:alice";
  static final String BOB = "did:plc:bob";

  final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  EventPublisher open() throws FencedException, PublishFailedException {
    return open((Cursor) null);
  }

  EventPublisher open(@Nullable Cursor committed) throws FencedException, PublishFailedException {
    return open(() -> consumer(committed));
  }

  EventPublisher open(Tracer tracer) throws FencedException, PublishFailedException {
    return open(() -> consumer(null), tracer);
  }

  EventPublisher open(Supplier<Consumer<byte[], byte[]>> consumers)
      throws FencedException, PublishFailedException {
    return open(consumers, Tracing.none());
  }

  EventPublisher open(Supplier<Consumer<byte[], byte[]>> consumers, Tracer tracer)
      throws FencedException, PublishFailedException {
    return EventPublisher.open(
        producer,
        new CursorTopic(consumers),
        "relay.example",
        PARTITIONS,
        InstantSource.fixed(NOON),
        tracer);
  }

  static Consumer<byte[], byte[]> consumer(@Nullable Cursor committed) {
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

  List<ProducerRecord<byte[], byte[]>> events() {
    return producer.history().stream().filter(r -> r.topic().equals(Topics.EVENTS)).toList();
  }

  static Batch batch(long cursor, Event... events) {
    return new Batch(
        NOON,
        List.of(events),
        List.of(),
        new Cursor("relay.example", cursor, null, NOON),
        null,
        null);
  }

  static Event event(long seq, String repo) {
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

  static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
