package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Gap;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final byte[] NONSENSE = {1, 2, 3};

  private final MeterRegistry registry = new SimpleMeterRegistry();

  private Session session(@Nullable Long cursor, Map<String, String> variables) {
    return sessionAfter(
        cursor == null ? null : new Cursor("relay.example", cursor, null, NOON), variables);
  }

  private Session sessionAfter(@Nullable Cursor committed, Map<String, String> variables) {
    return new Session(
        IngesterSettings.from(new Variables(variables)),
        committed,
        new FrameDecoder(),
        new IngesterMetrics(registry));
  }

  private Session session(@Nullable Long cursor) {
    return session(cursor, Map.of("RELAY_URL", "ws://relay.example"));
  }

  private static byte[] frame(long seq) {
    return new CommitFrame().seq(seq).create("a.b.c/one", Map.of("text", "hello")).bytes();
  }

  private static Batch next(Session session, byte[]... frames) throws RelayDisconnectedException {
    return session.next(List.of(frames), NOON);
  }

  private static List<Long> seqs(Batch batch) {
    return batch.events().stream().map(Event::seq).toList();
  }

  private static @Nullable Long cursorOf(Batch batch) {
    Cursor cursor = batch.cursor();
    return cursor == null ? null : cursor.seq();
  }

  @Test
  void theCursorIsThatOfTheLastFrame() throws Exception {
    Batch batch = next(session(10L), frame(11), frame(13));
    assertThat(seqs(batch)).containsExactly(11L, 13L);
    assertThat(Objects.requireNonNull(batch.cursor()))
        .isEqualTo(new Cursor("relay.example", 13, "2026-07-04T14:38:08.999Z", NOON));
  }

  @Test
  void aDroppedFrameIsADeadLetterAndTheCursorMovesPastIt() throws Exception {
    byte[] noDid = new CommitFrame().seq(12).repo("alice").bytes();
    Batch batch = next(session(10L), frame(11), noDid, NONSENSE);
    assertThat(seqs(batch)).containsExactly(11L);
    assertThat(cursorOf(batch)).isEqualTo(12);
    assertThat(batch.deadLetters()).hasSize(2);
    DeadLetter dropped = batch.deadLetters().getFirst();
    assertThat(dropped.seq()).isEqualTo(12);
    assertThat(dropped.reason()).isEqualTo("invalid_did");
    assertThat(dropped.frame()).isEqualTo(noDid);
    assertThat(batch.deadLetters().getLast().seq()).isNull();
    assertThat(batch.deadLetters().getLast().reason()).isEqualTo("malformed");
  }

  @Test
  void aFrameWithoutASeqAloneMovesNoCursor() throws Exception {
    Batch batch = next(session(10L), NONSENSE);
    assertThat(batch.deadLetters()).hasSize(1);
    assertThat(cursorOf(batch)).isNull();
    assertThat(batch.isEmpty()).isFalse();
  }

  @Test
  void anEventWithAFlawIsBothEventAndDeadLetter() throws Exception {
    byte[] flawed =
        new CommitFrame().seq(11).createWithoutBlock("a.b.c/one", Map.of("text", "x")).bytes();
    Batch batch = next(session(10L), flawed);
    assertThat(seqs(batch)).containsExactly(11L);
    assertThat(batch.deadLetters()).hasSize(1);
    assertThat(batch.deadLetters().getFirst().reason()).isEqualTo("flawed_op");
    assertThat(batch.deadLetters().getFirst().frame()).isEqualTo(flawed);
  }

  @Test
  void whatWasPublishedBeforeIsCountedAndNotPublishedAgain() throws Exception {
    Session session = session(10L);
    Batch batch = next(session, frame(9), frame(10), frame(11), frame(11));
    assertThat(seqs(batch)).containsExactly(11L);
    assertThat(next(session, frame(11)).isEmpty()).isTrue();
    assertThat(registry.get("skywire.ingester.drops").tag("reason", "repeated").counter().count())
        .isEqualTo(4);
  }

  @Test
  void aSeqThatGoesBackEndsTheSessionAfterWhatCameBefore() throws Exception {
    Session session = session(10L);
    Batch batch = next(session, frame(11), frame(15), frame(12), frame(16));
    assertThat(seqs(batch)).containsExactly(11L, 15L);
    assertThat(cursorOf(batch)).isEqualTo(15);
    assertThat(session.wantsFrames()).isFalse();
    assertThatThrownBy(() -> next(session))
        .isInstanceOf(RelayDisconnectedException.class)
        .hasMessage("relay relay.example: seq went back from 15 to 12");
    // The next session asks for what is after 15.
    assertThat(batch.deadLetters()).hasSize(1);
    DeadLetter letter = batch.deadLetters().getFirst();
    assertThat(letter.seq()).isEqualTo(12);
    assertThat(letter.frame()).isEqualTo(frame(12));
    assertThat(letter.reason()).isEqualTo("seq_went_back");
    assertThat(letter.detail()).isEqualTo("seq 12 after 15");
  }

  @Test
  void aSeqThatGoesBackToWhatIsPublishedIsNoLetter() throws Exception {
    Batch come = next(session(10L), frame(11), frame(15), frame(11));
    assertThat(come.deadLetters()).isEmpty();
    Batch covered = next(session(10L), frame(11), frame(10));
    assertThat(covered.deadLetters()).isEmpty();
    List<byte[]> many = new ArrayList<>();
    LongStream.rangeClosed(11, 5_010).forEach(seq -> many.add(frame(seq)));
    many.add(frame(4_000));
    assertThat(lettersOf(session(10L), many)).isEmpty();
    // Too long ago to be known.
    many.set(many.size() - 1, frame(12));
    assertThat(lettersOf(session(10L), many)).extracting(DeadLetter::seq).containsExactly(12L);
  }

  private static List<DeadLetter> lettersOf(Session session, List<byte[]> frames) {
    List<DeadLetter> letters = new ArrayList<>();
    List<byte[]> next = frames;
    try {
      while (true) {
        letters.addAll(session.next(next, NOON).deadLetters());
        next = List.of();
      }
    } catch (RelayDisconnectedException ended) {
      return letters;
    }
  }

  @Test
  void whatWasAskedForAtTheStartAndIsNoLongerThereIsAGap() throws Exception {
    Map<String, String> from = Map.of("RELAY_URL", "ws://relay.example", "RELAY_START", "100");
    Batch batch = next(session(null, from), FrameBytes.info("OutdatedCursor"), frame(150));
    assertThat(batch.gap())
        .isEqualTo(
            new Gap(
                "relay.example", 100, 150, "the cursor was older than the relay's window", NOON));
    Map<String, String> oldest = Map.of("RELAY_URL", "ws://relay.example", "RELAY_START", "oldest");
    assertThat(next(session(null, oldest), FrameBytes.info("OutdatedCursor"), frame(150)).gap())
        .isNull();
  }

  @Test
  void theFirstBatchOfATopicSaysWhereItBegins() throws Exception {
    Session live = session(null);
    assertThat(next(live, frame(150), frame(151)).begins()).isEqualTo(150);
    assertThat(next(live, frame(152)).begins()).isNull();
    Map<String, String> from = Map.of("RELAY_URL", "ws://relay.example", "RELAY_START", "100");
    assertThat(next(session(null, from), frame(103)).begins()).isEqualTo(101);
    assertThat(next(session(null, from), FrameBytes.info("OutdatedCursor"), frame(150)).begins())
        .as("what the relay lacks after that is a gap of its own")
        .isEqualTo(101);
    Map<String, String> oldest = Map.of("RELAY_URL", "ws://relay.example", "RELAY_START", "oldest");
    assertThat(next(session(null, oldest), frame(150)).begins()).isEqualTo(150);
  }

  @Test
  void aTopicBeginsAfterTheCursorThatAnOperatorHasGivenIt() throws Exception {
    Map<String, String> relay = Map.of("RELAY_URL", "ws://relay.example");
    Cursor first = new Cursor("relay.example", 10, null, NOON, true, null);
    assertThat(next(sessionAfter(first, relay), frame(15)).begins()).isEqualTo(11);
    Cursor later = new Cursor("relay.example", 10, null, NOON, true, 12L);
    assertThat(next(sessionAfter(later, relay), frame(15)).begins()).isNull();
    assertThat(next(session(10L), frame(15)).begins()).isNull();
  }

  @Test
  void aTopicBeginsWithAFrameThatIsDroppedToo() throws Exception {
    byte[] noDid = new CommitFrame().seq(15).repo("alice").bytes();
    assertThat(next(session(null), noDid, frame(16)).begins()).isEqualTo(15);
  }

  @Test
  void behindAnOutdatedCursorEveryMissingSeqIsAGap() throws Exception {
    Batch batch = next(session(10L), FrameBytes.info("OutdatedCursor"), frame(15), frame(30));
    assertThat(seqs(batch)).containsExactly(15L, 30L);
    assertThat(batch.gap())
        .isEqualTo(
            new Gap("relay.example", 10, 15, "the cursor was older than the relay's window", NOON));
  }

  @Test
  void aJumpBeyondTheProtocolsSmallGapsIsAGap() throws Exception {
    Map<String, String> fifty = Map.of("RELAY_URL", "ws://relay.example", "SKYWIRE_GAP_SEQS", "50");
    assertThat(next(session(10L, fifty), frame(60)).gap()).isNull();
    assertThat(next(session(10L, fifty), frame(61)).gap())
        .isEqualTo(new Gap("relay.example", 10, 61, "the relay skipped", NOON));
  }

  /** Kafka would drop earlier what seems to be older. */
  @Test
  void whereTheClockIsSetBackEventsAreIndexedAtTheTimeOfThoseBefore() throws Exception {
    Cursor committed = new Cursor("relay.example", 10, null, NOON);
    Session session = sessionAfter(committed, Map.of("RELAY_URL", "ws://relay.example"));
    Instant daysBefore = NOON.minusSeconds(400_000);
    assertThat(session.next(List.of(frame(11)), daysBefore).indexedAt()).isEqualTo(NOON);
    Instant later = NOON.plusSeconds(1);
    assertThat(session.next(List.of(frame(12)), later).indexedAt()).isEqualTo(later);
    assertThat(session.next(List.of(frame(13)), NOON).indexedAt()).isEqualTo(later);
  }

  @Test
  void anOperatorsClockIsNotTheIngesters() throws Exception {
    Cursor set = new Cursor("relay.example", 10, null, NOON, true, 10L);
    Session session = sessionAfter(set, Map.of("RELAY_URL", "ws://relay.example"));
    Instant before = NOON.minusSeconds(400_000);
    assertThat(session.next(List.of(frame(11)), before).indexedAt()).isEqualTo(before);
  }

  @Test
  void aCursorThatWasSetBackKeepsWhereTheTopicEndsUntilItIsThereAgain() throws Exception {
    Cursor set = new Cursor("relay.example", 10, null, NOON, true, 12L);
    Session session = sessionAfter(set, Map.of("RELAY_URL", "ws://relay.example"));
    assertThat(publishedOf(next(session, frame(11)))).isEqualTo(12);
    assertThat(publishedOf(next(session, frame(13)))).isEqualTo(13);
  }

  private static @Nullable Long publishedOf(Batch batch) {
    return Objects.requireNonNull(batch.cursor()).published();
  }

  @Test
  void whatAnOperatorHasSkippedIsAGapToo() throws Exception {
    Cursor set = new Cursor("relay.example", 20, null, NOON, true, 10L);
    Session session = sessionAfter(set, Map.of("RELAY_URL", "ws://relay.example"));
    assertThat(next(session, frame(20), frame(23)).gap())
        .isEqualTo(new Gap("relay.example", 10, 23, "an operator set the cursor forward", NOON));
  }

  @Test
  void aGapIsBeforeADroppedFrameToo() throws Exception {
    byte[] noDid = new CommitFrame().seq(15).repo("alice").bytes();
    Batch batch = next(session(10L), FrameBytes.info("OutdatedCursor"), noDid, frame(16));
    assertThat(Objects.requireNonNull(batch.gap()).toSeq()).isEqualTo(15);
  }

  @Test
  void aGapIsInTheFirstBatchOnly() throws Exception {
    Session session = session(10L);
    assertThat(next(session, FrameBytes.info("OutdatedCursor"), frame(15)).gap()).isNotNull();
    assertThat(next(session, frame(20)).gap()).isNull();
  }

  @Test
  void aLeapInMidSessionIsAskedForAgainBeforeItCountsAsALoss() throws Exception {
    Map<String, String> fifty = Map.of("RELAY_URL", "ws://relay.example", "SKYWIRE_GAP_SEQS", "50");
    Session session = session(10L, fifty);
    Batch batch = next(session, frame(11), frame(61), frame(112), frame(113));
    assertThat(seqs(batch)).containsExactly(11L, 61L);
    assertThat(batch.gap()).isNull();
    assertThatThrownBy(() -> next(session))
        .isInstanceOf(RelayDisconnectedException.class)
        .hasMessage("relay relay.example: seq leapt from 61 to 112; asking for what is between");

    Batch asked = next(session(61L, fifty), frame(112), frame(113));
    assertThat(seqs(asked)).containsExactly(112L, 113L);
    assertThat(Objects.requireNonNull(asked.gap()).fromSeq()).isEqualTo(61);
  }

  @Test
  void anInfoOfAnotherNameMeansNothing() throws Exception {
    Batch batch = next(session(10L), FrameBytes.info("Maintenance"), frame(15));
    assertThat(batch.events()).hasSize(1);
    assertThat(batch.gap()).isNull();
  }

  @Test
  void aCursorAheadOfTheRelayIsFatalWithTheCommandThatMendsIt() throws Exception {
    Session session = session(99L);
    assertThat(next(session, FrameBytes.error("FutureCursor")).isEmpty()).isTrue();
    assertThat(session.wantsFrames()).isFalse();
    assertThatThrownBy(() -> next(session))
        .isInstanceOf(FatalException.class)
        .hasMessageContainingAll(
            "cursor 99",
            "relay.example",
            "./skywire cursor set SEQ --replay",
            "takes no event twice");
  }

  @Test
  void aStartAheadOfTheRelayIsFatalAndNamesTheVariable() throws Exception {
    Session session =
        session(null, Map.of("RELAY_URL", "ws://relay.example", "RELAY_START", "4711"));
    next(session, FrameBytes.error("FutureCursor"));
    assertThatThrownBy(() -> next(session))
        .isInstanceOf(FatalException.class)
        .hasMessageStartingWith("RELAY_START=4711 is ahead of relay relay.example")
        .hasMessageNotContaining("null");
  }

  @Test
  void aFutureCursorOnTheLiveTailIsTheRelaysErrorNotOurs() throws Exception {
    Session session = session(null);
    next(session, FrameBytes.error("FutureCursor"));
    assertThatThrownBy(() -> next(session)).isInstanceOf(RelayDisconnectedException.class);
  }

  @Test
  void beingTooSlowEndsTheSessionAfterWhatCameBefore() throws Exception {
    Session session = session(10L);
    assertThat(seqs(next(session, frame(11), FrameBytes.error("ConsumerTooSlow"))))
        .containsExactly(11L);
    assertThatThrownBy(() -> next(session))
        .isInstanceOf(RelayDisconnectedException.class)
        .hasMessage("relay relay.example: ConsumerTooSlow");
  }

  @Test
  void eventsAreHandedOutInBatchesOfBoundedBytes() throws Exception {
    Map<String, String> oneMebibyte =
        Map.of("RELAY_URL", "ws://relay.example", "SKYWIRE_BATCH_MIB_MAX", "1");
    Session session = session(10L, oneMebibyte);
    byte[][] large = new byte[3][];
    for (int i = 0; i < large.length; i++) {
      Map<String, String> record = Map.of("text", "x".repeat(700_000));
      large[i] = new CommitFrame().seq(11 + i).create("a.b.c/one", record).bytes();
    }
    assertThat(seqs(next(session, large))).containsExactly(11L, 12L);
    assertThat(session.wantsFrames()).isFalse();
    assertThat(seqs(next(session))).containsExactly(13L);
  }

  @Test
  void deadLettersCountTowardsABatchToo() throws Exception {
    Map<String, String> oneMebibyte =
        Map.of("RELAY_URL", "ws://relay.example", "SKYWIRE_BATCH_MIB_MAX", "1");
    Session session = session(10L, oneMebibyte);
    byte[] nonsense = new byte[700_000];
    Batch batch = next(session, nonsense, nonsense, nonsense, frame(11));
    assertThat(batch.deadLetters()).hasSize(2);
    assertThat(session.wantsFrames()).isFalse();
    Batch rest = next(session);
    assertThat(rest.deadLetters()).hasSize(1);
    assertThat(seqs(rest)).containsExactly(11L);
    assertThat(session.wantsFrames()).isTrue();
  }
}
