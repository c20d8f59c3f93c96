package io.skywire.ingester.replay;

import static io.skywire.ingester.replay.KeptLetters.FIRST;
import static io.skywire.ingester.replay.KeptLetters.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.ReplayPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplaySessionTest {
  private static final String RELAY = "relay.example";
  private static final Instant NOW = NOON.plusSeconds(600);

  private final KeptLetters kept = new KeptLetters();

  /** Its JSON. */
  private String cursor = "";

  private int cursorsRead;
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private ReplaySession session;

  @BeforeEach
  void open() throws Exception {
    session =
        new ReplaySession(
            ReplayPublisher.open(producer, 6),
            kept.open(Map.of()),
            new CursorTopic(this::cursorConsumer),
            InstantSource.fixed(NOW));
    cursor(100);
  }

  private void cursor(long seq) {
    cursor(seq, false);
  }

  private void cursor(long seq, boolean byOperator) {
    cursor =
        """
        {"relay": "%s", "seq": %d, "written_at": "2026-07-04T12:00:00Z", "by_operator": %s}\
        """
            .formatted(RELAY, seq, byOperator);
  }

  private Consumer<byte[], byte[]> cursorConsumer() {
    cursorsRead++;
    TopicPartition partition = new TopicPartition(Topics.CURSOR, 0);
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.updateEndOffsets(Map.of(partition, 1L));
    consumer.schedulePollTask(() ->
        consumer.addRecord(
            new ConsumerRecord<>(
                Topics.CURSOR,
                0,
                0,
                RELAY.getBytes(StandardCharsets.UTF_8),
                cursor.getBytes(StandardCharsets.UTF_8))));
    return consumer;
  }

  private LetterPosition frame(long seq) {
    return frame(seq, RELAY);
  }

  private LetterPosition frame(long seq, String relay) {
    return kept.addWith(
        bytes(seq), FIRST, seq, NOON, "stage", "decode", "reason", "malformed", "relay", relay);
  }

  private static byte[] bytes(long seq) {
    return new CommitFrame().seq(seq).create("a.b.c/one", Map.of()).bytes();
  }

  private void refused(LetterPosition position, String why) {
    int published = producer.history().size();
    assertThatThrownBy(() -> session.replay(position))
        .isInstanceOf(CannotReplayException.class)
        .hasMessageContaining(why);
    assertThat(producer.history()).hasSize(published);
  }

  @Test
  void aLetterIsReplayedOnce() throws Exception {
    LetterPosition position = frame(7);
    assertThat(session.replay(position).event().seq()).isEqualTo(7);
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(producer.history().getLast().partition()).isEqualTo(position.partition());
    refused(position, "it was replayed at " + NOW);
  }

  @Test
  void whatWasReplayedBeforeIsKnownOfEachLetter() throws Exception {
    LetterPosition early = frame(7);
    kept.note(FIRST, early, NOON.plusSeconds(1));
    LetterPosition open = frame(8);
    LetterPosition late = frame(9);
    kept.note(FIRST, late, NOON.plusSeconds(2));
    refused(late, "it was replayed at " + NOON.plusSeconds(2));
    refused(early, "it was replayed at " + NOON.plusSeconds(1));
    int read = kept.read();
    session.replay(open);
    assertThat(kept.read() - read).as("for the letter, and not for notes again").isEqualTo(3);
  }

  @Test
  void aLetterThatIsNotThereIsNotReplayed() {
    refused(new LetterPosition(0, 0), "there is no such letter");
  }

  @Test
  void aFrameThatTheIngesterHasYetToReadIsNotReplayedBeforeItHas() throws Exception {
    session.replay(frame(100));
    LetterPosition next = frame(101);
    refused(next, "its seq 101 is above the cursor 100");
    cursor(101);
    session.replay(next);
    int read = cursorsRead;
    session.replay(frame(101));
    assertThat(cursorsRead).as("a cursor that is far enough is known").isEqualTo(read);
  }

  @Test
  void aCursorThatWasSetByHandSaysNothing() throws Exception {
    LetterPosition position = frame(7);
    cursor(100, true);
    refused(position, "the cursor 100 was set by hand");
    cursor(101);
    session.replay(position);
  }

  @Test
  void aFrameOfARelayWithoutACursorIsNotReplayed() {
    refused(frame(7, "other.example"), "it is of relay other.example");
    refused(
        kept.addWith(bytes(7), FIRST, 7, NOON, "stage", "decode", "reason", "malformed"),
        "it is of relay null");
  }

  /** The ingester has published it once. */
  @Test
  void aRecordThatPostgresHasRefusedNeedsNoCursor() throws Exception {
    LetterPosition position =
        kept.add(FIRST, 500, NOON, "stage", "store", "event_type", "commit", "relay", RELAY);
    assertThat(session.replay(position).event().seq()).isEqualTo(500);
  }

  @Test
  void closingItClosesBothEnds() {
    session.close();
    assertThat(List.of(producer.closed(), kept.isClosed())).containsOnly(true);
  }
}
