package io.skywire.ingester.topic;

import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.ingester.atproto.Corpus;
import io.skywire.ingester.atproto.Drop;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.publish.EventPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the ingester's decoder and publisher make of frames, as one transaction. */
record Produced(List<ProducerRecord<byte[], byte[]>> records) {
  static final String RELAY = "relay.example:2583";
  static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  static Produced of(List<byte[]> frames, @Nullable Gap gap) throws Exception {
    FrameDecoder decoder = new FrameDecoder();
    List<Event> events = new ArrayList<>();
    List<DeadLetter> letters = new ArrayList<>();
    for (byte[] frame : frames) {
      switch (decoder.decode(frame, NOON)) {
        case Event event -> {
          events.add(event);
          if (event.flaw() != null) {
            letters.add(new DeadLetter(event.seq(), frame, DeadLetter.FLAWED_OP, event.flaw()));
          }
        }
        case Drop drop ->
            letters.add(new DeadLetter(drop.seq(), frame, drop.reason().label(), drop.detail()));
        default -> {}
      }
    }
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    MockConsumer<byte[], byte[]> cursors = new MockConsumer<>("earliest");
    TopicPartition partition = new TopicPartition(Topics.CURSOR, 0);
    cursors.updateBeginningOffsets(Map.of(partition, 0L));
    cursors.updateEndOffsets(Map.of(partition, 0L));
    EventPublisher.open(
            producer,
            new CursorTopic(() -> cursors),
            RELAY,
            6,
            InstantSource.fixed(NOON),
            Tracing.none())
        .publish(
            new Batch(NOON, events, letters, new Cursor(RELAY, 1_000_000, null, NOON), gap, null));
    return new Produced(producer.history());
  }

  List<ProducerRecord<byte[], byte[]>> events() {
    return of(Topics.EVENTS).stream().filter(record -> record.value() != null).toList();
  }

  List<ProducerRecord<byte[], byte[]>> of(String topic) {
    return records.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  static JsonNode json(ProducerRecord<byte[], byte[]> record) {
    return Corpus.JSON.readTree(record.value());
  }

  /** As the schemas of headers see them: names and texts. */
  static ObjectNode headers(ProducerRecord<byte[], byte[]> record) {
    ObjectNode headers = Corpus.JSON.createObjectNode();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }
}
