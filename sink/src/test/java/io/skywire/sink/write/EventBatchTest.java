package io.skywire.sink.write;

import static io.skywire.sink.write.PolledRecords.INDEXED_AT;
import static io.skywire.sink.write.PolledRecords.batch;
import static io.skywire.sink.write.PolledRecords.before;
import static io.skywire.sink.write.PolledRecords.event;
import static io.skywire.sink.write.PolledRecords.record;
import static io.skywire.sink.write.PolledRecords.replay;
import static io.skywire.sink.write.PolledRecords.watermark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.PolledRecords.Received;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventBatchTest {
  @Test
  void progressIsWhereTheConsumerIsAndNotARecordsOffset() {
    EventBatch batch = batch(before(10, 5L), 14, event(10, 77, null));
    assertThat(batch.progress()).containsEntry(3, new Progress(14, 5L));
  }

  @Test
  void watermarksRaiseAndNeverLower() {
    assertThat(batch(before(0, 5L), 1, event(0, 77, "80")).progress())
        .containsEntry(3, new Progress(1, 80L));
    assertThat(batch(before(0, 90L), 1, watermark(0, 80)).progress())
        .containsEntry(3, new Progress(1, 90L));
    assertThat(batch(before(0, null), 1, watermark(0, 0)).progress())
        .containsEntry(3, new Progress(1, 0L));
    assertThat(batch(before(0, null), 1, event(0, 77, "0")).progress())
        .containsEntry(3, new Progress(1, 0L));
    long largest = (1L << 53) - 1;
    assertThat(batch(before(0, null), 1, event(0, 77, Long.toString(largest))).progress())
        .containsEntry(3, new Progress(1, largest));
    assertThat(batch(before(0, null), 1, event(0, 77, null)).progress())
        .containsEntry(3, new Progress(1, null));
  }

  @Test
  void anEventBelowTheWatermarkIsLeftOutAndCounted() {
    EventBatch batch =
        batch(
            before(0, 80L),
            5,
            event(0, 79, null),
            event(1, 80, "80"),
            event(2, 81, null),
            event(3, 82, "85"),
            event(4, 84, null));
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(81L, 82L);
    assertThat(batch.repeated()).isEqualTo(3);
    assertThat(batch.progress()).containsEntry(3, new Progress(5, 85L));
  }

  @Test
  void aWatermarkRecordIsNoRow() {
    EventBatch batch = batch(before(0, null), 1, watermark(0, 80));
    assertThat(batch.rows()).isEmpty();
    assertThat(batch.refused()).isEmpty();
    assertThat(batch.isEmpty()).isFalse();
    assertThat(batch.records()).isOne();
    assertThat(batch.firstSeqs()).as("what can come after it").containsExactly(Map.entry(3, 81L));
  }

  @Test
  void whereATopicMadeAnewBeginsLaterThanItsPredecessorWasReadIsAGap() {
    EventBatch batch = batch(before(0, 75L), 2, beginning("90"), event(1, 90, "90"));
    assertThat(batch.gaps())
        .containsExactly(
            new Gap(
                Topics.EVENTS + "/3",
                75,
                90,
                "the topic does not go on where it was stored to",
                Instant.ofEpochMilli(INDEXED_AT)));
    assertThat(batch.rows()).hasSize(1);
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 90L));
  }

  @Test
  void aTopicThatGoesOnWhereItsPredecessorWasReadHasNoGap() {
    assertThat(batch(before(0, 75L), 1, beginning("76")).gaps()).isEmpty();
    assertThat(batch(before(0, 75L), 1, beginning("77")).gaps()).hasSize(1);
    assertThat(batch(before(0, 75L), 1, beginning("10")).gaps()).isEmpty();
  }

  @Test
  void theFirstTopicHasNoGapWhereverItBegins() {
    assertThat(batch(before(0, null), 1, beginning("90")).gaps()).isEmpty();
    assertThat(batch(before(0, null), 2, watermark(0, 0), beginning("90")).gaps()).isEmpty();
  }

  @Test
  void aBeginningThatIsNoSeqIsRefused() {
    EventBatch batch = batch(before(0, 75L), 1, beginning("soon"));
    assertThat(batch.gaps()).isEmpty();
    assertThat(batch.refused()).hasSize(1);
  }

  private static Received beginning(String seq) {
    return record(0, 0L, null, "event_type", "watermark", "begins", seq);
  }

  @Test
  void aGapIsNoRowAndMovesNoWatermark() {
    EventBatch batch =
        batch(
            before(0, 75L),
            2,
            record(
                0, 75L, null, "event_type", "gap", "relay", "r", "to_seq", "90", "reason", "gone"),
            event(1, 90, "95"));
    assertThat(batch.gaps())
        .containsExactly(new Gap("r", 75, 90, "gone", Instant.ofEpochMilli(INDEXED_AT)));
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(90L);
    assertThat(batch.refused()).isEmpty();
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 90L));
  }

  @Test
  void aReplayIsLetThroughBelowTheWatermarkAndMovesNothing() {
    EventBatch batch =
        batch(
            before(0, 80L),
            5,
            replay(0, 7, "new"),
            replay(1, 8, "replaces"),
            replay(2, 9, "repeats"),
            replay(3, 81, "new"),
            replay(4, 9, "nonsense"));
    assertThat(batch.replayed())
        .extracting(replayed -> replayed.entry().row().seq(), EventBatch.Replayed::replay)
        .containsExactly(
            tuple(7L, Replay.NEW), tuple(8L, Replay.REPLACES), tuple(9L, Replay.REPEATS));
    assertThat(batch.rows()).isEmpty();
    assertThat(batch.refused())
        .extracting(Refused::detail)
        .containsExactly(
            "it is a replay of what has not been read yet",
            "its header replay has no meaning: nonsense");
    assertThat(batch.progress()).containsEntry(3, new Progress(5, 80L));
    assertThat(batch.firstSeqs()).isEmpty();
  }
}
