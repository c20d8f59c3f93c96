package io.skywire.ingester.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.publish.ReplayPublisher.Replayed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LetterReplayTest {
  private static final Instant THEN = Instant.parse("2026-07-04T12:00:00Z");
  private static final Map<String, Object> HELLO = Map.of("text", "hello");

  private final LetterReplay replay = new LetterReplay();

  @Test
  void aFrameIsDecodedAsOfTheTimeItCame() throws Exception {
    Replayed replayed = replay.replay(frame("malformed", "", whole()));
    assertThat(replayed.replay()).isEqualTo(Replay.NEW);
    assertThat(replayed.event().seq()).isEqualTo(7);
    assertThat(new String(replayed.event().json(), StandardCharsets.UTF_8))
        .contains("\"indexed_at\":\"2026-07-04T12:00:00.000Z\"");
    assertThat(replayed.indexedAt()).isEqualTo(THEN);
    assertThat(replayed.still()).isNull();
  }

  @Test
  void aFrameThatCameLateBecomesAnEvent() throws Exception {
    Replayed replayed = replay.replay(frame("seq_went_back", "seq 7 after 9", whole()));
    assertThat(replayed.replay()).isEqualTo(Replay.NEW);
    assertThat(replayed.event().seq()).isEqualTo(7);
    assertThat(replayed.still()).isNull();
  }

  @Test
  void anEventWithBrokenOpsIsReplacedByOneWithFewer() throws Exception {
    assertThat(replay.replay(frame("flawed_op", "of old", whole())).replay())
        .isEqualTo(Replay.REPLACES);
    byte[] flawed =
        new CommitFrame()
            .seq(7)
            .create("a.b.c/one", HELLO)
            .createWithoutBlock("a.b.c/two", Map.of())
            .bytes();
    String flaw = "body.ops[1].record: no such block (1 of 2 ops marked)";
    Replayed better = replay.replay(frame("flawed_op", "both (2 of 2 ops marked)", flawed));
    assertThat(better.replay()).isEqualTo(Replay.REPLACES);
    assertThat(better.still()).extracting(DeadLetter::detail).isEqualTo(flaw);
    refused(frame("flawed_op", flaw, flawed), "still flawed: " + flaw);
  }

  @Test
  void whatIsStillNoEventSaysWhy() {
    refused(frame("malformed", "", new byte[] {1}), "still no event: malformed");
    refused(frame("malformed", "", FrameBytes.info("News")), "it is an info frame: News");
    refused(frame("malformed", "", FrameBytes.error("Oops")), "it is an error frame: Oops");
    refused(letter("7", 7L, whole(), "stage", "later"), "its stage is later");
    refused(frame("malformed", "", null), "it has no value");
    refused(
        letter("", 7L, whole(), "stage", "store", "event_type", "commit", "cut_from", "17"),
        "of its 17 bytes are kept");
  }

  @Test
  void aRecordIsPutTogetherAsItWas() throws Exception {
    Replayed replayed =
        replay.replay(
            letter(
                "refused_by_database",
                7L,
                new byte[] {'{', '}'},
                "stage",
                "store",
                "event_type",
                "commit",
                "repo",
                "did:plc:alice",
                "collections",
                "a.b.c,d.e.f",
                "time",
                "2026-07-04T11:59:59Z",
                "watermark",
                "9"));
    assertThat(replayed.replay()).isEqualTo(Replay.REPEATS);
    assertThat(replayed.event().seq()).isEqualTo(7);
    assertThat(replayed.event().type()).isEqualTo("commit");
    assertThat(replayed.event().repo()).isEqualTo("did:plc:alice");
    assertThat(replayed.event().collections()).containsExactly("a.b.c", "d.e.f");
    assertThat(replayed.event().time()).isEqualTo("2026-07-04T11:59:59Z");
    assertThat(replayed.event().json()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
  }

  /** A sink that has not stored a status yet does not know whose events the topic holds. */
  @Test
  void theRelayIsThatOfTheLetterOrElseOfTheRecordsSource() throws Exception {
    assertThat(relay("ce_source", "wss://bsky.network")).isEqualTo("bsky.network");
    assertThat(relay("ce_source", "wss://bsky.network", "relay", "b.example"))
        .isEqualTo("b.example");
    assertThat(relay("ce_source", "urn:other")).isNull();
    assertThat(relay()).isNull();
  }

  private @Nullable String relay(String... headers) throws Exception {
    String[] all = {"stage", "store", "event_type", "commit"};
    String[] both = Arrays.copyOf(all, all.length + headers.length);
    System.arraycopy(headers, 0, both, all.length, headers.length);
    return replay.replay(letter("refused_by_database", 7L, whole(), both)).relay();
  }

  @Test
  void aReplayThatWasRefusedIsTheSameReplayAgain() throws Exception {
    ConsumerRecord<byte[], byte[]> letter =
        letter("x", 7L, whole(), "stage", "store", "event_type", "commit", "replay", "replaces");
    assertThat(replay.replay(letter).replay()).isEqualTo(Replay.REPLACES);
  }

  @Test
  void aRecordThatWasNoEventIsNoneToday() {
    refused(letter("not_an_event", null, whole(), "stage", "store"), "it is no event's record");
    refused(
        letter("x", 7L, whole(), "stage", "store", "event_type", "a", "replay", "maybe"),
        "it is no event's record");
  }

  private void refused(ConsumerRecord<byte[], byte[]> letter, String why) {
    assertThatThrownBy(() -> replay.replay(letter))
        .isInstanceOf(CannotReplayException.class)
        .hasMessageContaining(why);
  }

  private static byte[] whole() {
    return new CommitFrame().seq(7).create("a.b.c/one", HELLO).bytes();
  }

  private static ConsumerRecord<byte[], byte[]> frame(
      String reason, String detail, byte @Nullable [] bytes) {
    return letter(reason, 7L, bytes, "stage", "decode", "detail", detail);
  }

  private static ConsumerRecord<byte[], byte[]> letter(
      String reason, @Nullable Long seq, byte @Nullable [] value, String... headers) {
    RecordHeaders all = new RecordHeaders();
    all.add("reason", reason.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return new ConsumerRecord<>(
        Topics.DEAD_LETTERS,
        0,
        12,
        THEN.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        seq == null ? null : ByteBuffer.allocate(8).putLong(seq).array(),
        value,
        all,
        Optional.empty());
  }
}
