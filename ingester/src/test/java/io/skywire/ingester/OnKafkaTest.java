package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.Leadership;
import io.skywire.ingester.replay.CannotReplayException;
import io.skywire.ingester.replay.Letter;
import io.skywire.ingester.replay.OperatorDeadLetters;
import io.skywire.ingester.replay.ReplaySession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an ingester and its operator ask of a real broker, which the tests share. */
@Timeout(60)
class OnKafkaTest {
  private static final String RELAY = "relay.example";
  private static final Duration WAIT = Duration.ofMillis(100);

  private static EmbeddedKafka kafka;
  private static Variables variables;
  private static List<Letter> lettersBeforeTheTopics;
  private static @Nullable Cursor cursorBeforeTheTopics;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.startTemporary();
    variables =
        new Variables(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "RELAY_URL", "ws://" + RELAY));
    lettersBeforeTheTopics = letters().list(letter -> true, null, 10);
    cursorBeforeTheTopics = new OperatorCursor(variables).show();
    connections().joinGroup().close();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static IngesterConnections connections() {
    return new IngesterConnections(IngesterSettings.from(variables), InstantSource.system());
  }

  private static OperatorDeadLetters letters() {
    return new OperatorDeadLetters(KafkaSettings.from(variables));
  }

  /** What a process finds that was stopped for longer than its session. */
  @Test
  void aLeaderThatIsNoMemberAnyMoreIsNotConfirmed() throws Exception {
    try (Admin admin =
            Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));
        Leadership leadership = connections().joinGroup()) {
      while (!leadership.await(WAIT)) {
        // It joins.
      }
      assertThat(leadership.isConfirmed()).isTrue();
      admin
          .removeMembersFromConsumerGroup(
              "skywire-ingester", new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
      assertThat(leadership.isConfirmed()).isFalse();
      while (!leadership.await(WAIT) || !leadership.isConfirmed()) {
        // It joins again.
      }
    }
  }

  @Test
  void anOperatorSetsTheCursorBackOnlyOnPurpose() throws Exception {
    OperatorCursor operator = new OperatorCursor(variables);
    operator.set(100, true);
    assertThat(Objects.requireNonNull(operator.set(100, false)).seq()).isEqualTo(100);
    assertThatThrownBy(() -> operator.set(99, false))
        .isInstanceOf(FatalException.class)
        .hasMessage(
            "cursor 99 is below the committed 100: the topic would repeat what is between; add"
                + " --replay to do so");
    assertThat(Objects.requireNonNull(operator.show()).seq()).isEqualTo(100);
    assertThat(Objects.requireNonNull(operator.set(99, true)).seq()).isEqualTo(100);
    Cursor set = Objects.requireNonNull(operator.show());
    assertThat(set.seq()).isEqualTo(99);
    assertThat(set.byOperator()).isTrue();
  }

  @Test
  void aLetterIsListedAndReplayedOnce() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    byte[] frame = new CommitFrame().seq(1_000).create("a.b.c/one", Map.of()).bytes();
    try (EventPublisher publisher = connections().openPublisher()) {
      publisher.publish(
          new Batch(
              now,
              List.of(),
              List.of(new DeadLetter(1_000L, frame, "malformed", "no longer")),
              new Cursor(RELAY, 1_001, null, now),
              null,
              null));
    }
    List<Letter> listed = letters().list(letter -> true, null, 10);
    assertThat(listed).hasSize(1);
    Letter letter = listed.getFirst();
    assertThat(letter.seq()).isEqualTo(1_000);
    assertThat(letter.replayedAt()).isNull();
    assertThat(letters().list(one -> true, now.plusSeconds(1), 10)).isEmpty();
    assertThat(letters().list(one -> !one.equals(letter), null, 10)).isEmpty();

    try (ReplaySession replays = letters().replay()) {
      assertThat(replays.replay(letter.position()).event().seq()).isEqualTo(1_000);
    }
    try (ReplaySession replays = letters().replay()) {
      assertThatThrownBy(() -> replays.replay(letter.position()))
          .isInstanceOf(CannotReplayException.class)
          .hasMessageStartingWith("it was replayed at ");
    }
    assertThat(letters().list(letterNow -> true, null, 10).getFirst().replayedAt()).isNotNull();
  }

  @Test
  void thereAreNoLettersAndNoCursorWhereThereIsNoTopicYet() {
    assertThat(lettersBeforeTheTopics).isEmpty();
    assertThat(cursorBeforeTheTopics).isNull();
  }
}
