package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.FakeRelay;
import io.skywire.embedded.relay.FrameBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Poison by the thousand, and poison that somebody else writes into the topic. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PoisonVolumeTest {
  private static final int FRAMES = 10_000;

  /** For what the pipeline says in any case, such as a partition that it makes at midnight. */
  private static final int LINES_MAX = 10;

  /** What is promised of the next good event. */
  private static final Duration READABLE_WITHIN = Duration.ofSeconds(1);

  private PoisonedPipeline poisoned;

  @BeforeEach
  void start() throws Exception {
    poisoned = new PoisonedPipeline();
    poisoned.sendGood("the start");
  }

  @AfterEach
  void stop() throws IOException {
    poisoned.close();
  }

  @Test
  void tenThousandPoisonFramesAreCountedAndKeptAndAreNoLog() throws Exception {
    List<Poison> poisons =
        Poisons.all().stream()
            .filter(poison -> !(poison.expected() instanceof Poison.Expected.Stored))
            .filter(poison -> poison.frame().of(1).length < 100_000)
            .toList();
    Map<String, Integer> expected = new TreeMap<>();
    try (LoggedLines log = new LoggedLines()) {
      for (int i = 0; i < FRAMES; i++) {
        Poison poison = poisons.get(i % poisons.size());
        long seq = poisoned.nextSeq();
        byte[] frame = poison.frame().of(seq);
        boolean isMarked = poison.expected() instanceof Poison.Expected.Marked;
        String reason =
            poison.expected() instanceof Poison.Expected.Letter(String of) ? of : "flawed_op";
        expected.merge(reason, 1, Integer::sum);
        if (isMarked) {
          poisoned.expectEvent(seq);
        }
        if (poison.hasSeq()) {
          poisoned.relay().send(seq, frame);
        } else {
          poisoned.relay().doOnce(client -> client.send(FakeRelay.BINARY, frame));
        }
        if (i % 10 == 0) {
          byte[] outdated = FrameBytes.info("OutdatedCursor");
          poisoned.relay().doOnce(client -> client.send(FakeRelay.BINARY, outdated));
        }
      }
      poisoned.sendGood(FRAMES + " poison frames of " + poisons.size() + " kinds");
      System.out.println("log of " + FRAMES + " poison frames: " + log.lines());
      assertThat(log.lines()).hasSizeLessThanOrEqualTo(LINES_MAX);
      assertThat(log.hasStackTrace()).isFalse();
    }
    Map<String, Integer> kept = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : poisoned.letters().next()) {
      kept.merge(String.valueOf(LettersInTopic.header(letter, "reason")), 1, Integer::sum);
    }
    assertThat(kept).isEqualTo(expected);
    expected.forEach((reason, count) ->
        assertThat(
                poisoned
                    .pipeline()
                    .ingesterCount("skywire.ingester.dead.letters", "reason", reason))
            .as(reason)
            .isEqualTo((double) count));
    assertThat(poisoned.readableEvents()).isEqualTo(poisoned.expectedEvents());
  }

  @Test
  void recordsThatNoIngesterWritesAreDeadLettersAndTheSinkGoesOn() throws Exception {
    Map<String, String> reasons = new HashMap<>();
    Map<String, Integer> sent = new HashMap<>();
    try (LoggedLines log = new LoggedLines();
        KafkaProducer<byte[], byte[]> stranger = stranger()) {
      for (Foreign foreign : foreignRecords()) {
        reasons.put(foreign.name(), foreign.reason());
        poisoned.assertReadableWithin(
            READABLE_WITHIN,
            () -> {
              stranger.send(foreign.record()).get();
              sent.merge(foreign.reason(), 1, Integer::sum);
              return poisoned.timeToGood("a record: " + foreign.name());
            });
      }
      assertThat(log.lines()).hasSizeLessThanOrEqualTo(LINES_MAX);
      assertThat(log.hasStackTrace()).isFalse();
    }
    Map<String, String> kept = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : poisoned.letters().next()) {
      assertThat(LettersInTopic.header(letter, "stage")).isEqualTo("store");
      String name = LettersInTopic.header(letter, "name");
      kept.put(
          name == null ? "too large for a letter" : name,
          String.valueOf(LettersInTopic.header(letter, "reason")));
    }
    assertThat(kept).isEqualTo(reasons);
    sent.forEach((reason, count) ->
        assertThat(poisoned.pipeline().sinkCount("skywire.sink.dead.letters", "reason", reason))
            .as(reason)
            .isEqualTo((double) count));
    assertThat(poisoned.pipeline().sinkCount("skywire.sink.failures")).isZero();
    assertThat(poisoned.readableEvents()).isEqualTo(poisoned.expectedEvents());
  }

  /** What must come of the record: a dead letter with this reason. */
  private record Foreign(
      String name,
      String reason,
      byte @Nullable [] key,
      Map<String, byte[]> headers,
      byte @Nullable [] value,
      long timestamp) {
    ProducerRecord<byte[], byte[]> record() {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(Topics.EVENTS, 0, timestamp, key, value);
      record.headers().add("name", bytes(name));
      headers.forEach((header, content) -> record.headers().add(header, content));
      return record;
    }
  }

  private static List<Foreign> foreignRecords() {
    long now = System.currentTimeMillis();
    byte[] json = bytes("{}");
    String no = "not_an_event";
    String refused = "refused_by_database";
    // Far above what the relay has sent: below the watermark all of them would be repeats.
    byte[] seq = key(1L << 40);
    Map<String, byte[]> commit = headers();
    return List.of(
        new Foreign("no key", no, null, commit, json, now),
        new Foreign("text as key", no, bytes("at://x"), commit, json, now),
        new Foreign("no headers", no, seq, Map.of(), json, now),
        new Foreign("no value", no, seq, commit, null, now),
        new Foreign("negative seq", no, key(-1), commit, json, now),
        new Foreign("seq 0", no, key(0), commit, json, now),
        new Foreign("seq beyond 2^53", no, key(1L << 53), commit, json, now),
        new Foreign("watermark of words", no, seq, headers("watermark", "soon"), json, now),
        new Foreign(
            "watermark of never", no, seq, headers("watermark", "9223372036854775807"), json, now),
        new Foreign("replay of the future", no, seq, headers("replay", "new"), json, now),
        new Foreign("year 200000", no, seq, commit, json, 6_249_222_000_000_000L),
        new Foreign("end of time", no, seq, commit, json, Long.MAX_VALUE),
        new Foreign("huge header", no, seq, headers("repo", "d".repeat(100_000)), json, now),
        new Foreign("no JSON", refused, seq, commit, bytes("{"), now),
        new Foreign("empty value", refused, seq, commit, bytes(""), now),
        new Foreign("no UTF-8", refused, seq, commit, Poisons.hex("22 ff 22"), now),
        new Foreign("NUL in the repo", refused, seq, headers("repo", "a\0b"), json, now),
        new Foreign("nested", refused, seq, commit, bytes("[".repeat(200_000)), now),
        new Foreign(
            "a repo that no index takes", refused, seq, headers("repo", random()), json, now),
        new Foreign(
            "too large for a letter",
            refused,
            seq,
            commit,
            bytes("x".repeat(TopicSetup.RECORD_BYTES_MAX - 2_000)),
            now));
  }

  /** Longer than an index's entry may be, and not to be compressed. */
  private static String random() {
    StringBuilder text = new StringBuilder();
    java.util.Random random = new java.util.Random(7);
    while (text.length() < 20_000) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private KafkaProducer<byte[], byte[]> stranger() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            poisoned.servers().bootstrapServers(),
            "max.request.size",
            TopicSetup.RECORD_BYTES_MAX),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static Map<String, byte[]> headers(String... more) {
    Map<String, byte[]> headers = new HashMap<>();
    headers.put(EventHeaders.EVENT_TYPE, bytes("commit"));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], bytes(more[i + 1]));
    }
    return headers;
  }

  private static byte[] key(long seq) {
    return ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
