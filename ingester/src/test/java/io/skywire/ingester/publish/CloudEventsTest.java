package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import io.skywire.ingester.atproto.Event;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as the CloudEvents project's own library reads them. */
class CloudEventsTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final String ALICE = "did:plc:alice";
  private static final String TIME = "2026-07-04T11:59:59.123456789+02:00";

  private final TopicRecords records = new TopicRecords("bsky.network");

  @Test
  void anEventIsACloudEvent() {
    CloudEvent event = read(records.event(event(31_527_015_322L, "commit", ALICE, TIME), 0, NOON));
    assertThat(event.getSpecVersion()).hasToString("1.0");
    assertThat(event.getId()).isEqualTo("31527015322");
    assertThat(event.getSource()).isEqualTo(URI.create("wss://bsky.network"));
    assertThat(event.getType()).isEqualTo("io.skywire.commit");
    assertThat(event.getSubject()).isEqualTo(ALICE);
    assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse(TIME));
    assertThat(event.getDataContentType()).isEqualTo("application/json");
    assertThat(Objects.requireNonNull(event.getData()).toBytes()).isEqualTo(new byte[] {'{', '}'});
    assertThat(event.getExtensionNames()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "identity", "account", "sync", "some.New-type_2"})
  void theTypeIsTheEvents(String type) {
    assertThat(read(records.event(event(1, type, ALICE, TIME), 0, NOON)).getType())
        .isEqualTo("io.skywire." + type);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    CloudEvent event = read(records.event(event(1, "later", null, null), 0, NOON));
    assertThat(event.getSubject()).isNull();
    assertThat(event.getTime()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 10, 99, 100, 9_007_199_254_740_991L})
  void theIdIsTheSeq(long seq) {
    assertThat(read(records.event(event(seq, "sync", ALICE, TIME), 0, NOON)).getId())
        .isEqualTo(Long.toString(seq));
  }

  /** Whoever has seen the id need not see a repetition, but must see what takes its place. */
  @ParameterizedTest
  @CsvSource({"NEW,7,new", "REPEATS,7,repeats", "REPLACES,7/0:12,replaces"})
  void aReplayIsAnotherEventOnlyWhereItReplacesOne(Replay replay, String id, String label) {
    ProducerRecord<byte[], byte[]> record = records.event(event(7, "commit", ALICE, TIME), 0, NOON);
    CloudEvents.addReplay(record.headers(), 7, replay, "0:12");
    CloudEvent event = read(record);
    assertThat(event.getId()).isEqualTo(id);
    assertThat(event.getExtension("replay")).isEqualTo(label);
  }

  @Test
  void aGapIsACloudEventWithoutData() {
    CloudEvent gap = read(records.gap(new Gap("bsky.network", 10, 21, "it leapt", NOON), 3));
    assertThat(gap.getId()).isEqualTo("gap-10-21");
    assertThat(gap.getType()).isEqualTo("io.skywire.gap");
    assertThat(gap.getTime()).isEqualTo(OffsetDateTime.parse("2026-07-04T12:00:00Z"));
    assertThat(gap.getExtension("fromseq")).isEqualTo("10");
    assertThat(gap.getExtension("toseq")).isEqualTo("21");
    assertThat(gap.getDataContentType()).isNull();
    assertThat(gap.getData()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:2583,wss://localhost:2583",
    "[::1]:2583,wss://[::1]:2583",
    "our relay/é,wss://our%20relay%2F%C3%A9",
    "[,wss://%5B",
  })
  void aSourceIsAUriWhateverTheRelayIsCalled(String relay, String source) {
    ProducerRecord<byte[], byte[]> record =
        new TopicRecords(relay).event(event(1, "sync", ALICE, TIME), 0, NOON);
    assertThat(read(record).getSource()).isEqualTo(URI.create(source));
  }

  @Test
  void whatIsNoEventIsNoCloudEvent() {
    DeadLetter letter = new DeadLetter(7L, new byte[] {1}, "malformed", "at byte 0");
    assertThat(names(records.deadLetter(letter, NOON))).noneMatch(CloudEventsTest::isAttribute);
    assertThat(names(TopicRecords.watermark(0, 7, NOON))).noneMatch(CloudEventsTest::isAttribute);
  }

  @Test
  void withoutARelayThereIsNoSourceAndSoNoCloudEvent() {
    assertThat(names(new TopicRecords(null).event(event(1, "sync", ALICE, TIME), 0, NOON)))
        .containsExactly("event_type", "repo", "time");
  }

  private static boolean isAttribute(String header) {
    return header.startsWith("ce_") || header.equals("content-type");
  }

  private static List<String> names(ProducerRecord<byte[], byte[]> record) {
    return List.of(record.headers().toArray()).stream().map(Header::key).toList();
  }

  private static CloudEvent read(ProducerRecord<byte[], byte[]> record) {
    return KafkaMessageFactory.createReader(record.headers(), record.value()).toEvent();
  }

  private static Event event(long seq, String type, @Nullable String repo, @Nullable String time) {
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    return new Event(seq, type, repo, List.of(), null, time, json, null);
  }
}
