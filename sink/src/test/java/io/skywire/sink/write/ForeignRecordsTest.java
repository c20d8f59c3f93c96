package io.skywire.sink.write;

import static io.skywire.sink.write.PolledRecords.at;
import static io.skywire.sink.write.PolledRecords.batch;
import static io.skywire.sink.write.PolledRecords.before;
import static io.skywire.sink.write.PolledRecords.event;
import static io.skywire.sink.write.PolledRecords.record;
import static io.skywire.sink.write.PolledRecords.watermark;
import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.sink.write.EventBatch.Progress;
import org.junit.jupiter.api.Test;

/** Records that no ingester writes: they are refused, raise no watermark, and hold nothing up. */
class ForeignRecordsTest {
  @Test
  void recordsThatAreNoEventsAreRefusedAndTheRestGoesOn() {
    EventBatch batch =
        batch(
            before(0, null),
            6,
            record(5, 5L, null, "event_type", "gap", "relay", "r", "to_seq", "5"),
            record(0, null, "{}", "event_type", "commit"),
            record(1, 1L, "{}"),
            record(2, 2L, null, "event_type", "commit"),
            record(3, 3L, "{}", "event_type", "commit", "watermark", "many"),
            event(4, 4, null));
    assertThat(batch.refused()).hasSize(5);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(4L);
  }

  @Test
  void aSeqThatNoRelayCanHaveIsRefusedAndRaisesNoWatermark() {
    EventBatch batch =
        batch(
            before(0, 2L),
            9,
            event(0, -1, null),
            event(1, 0, null),
            event(2, 1L << 53, null),
            event(3, Long.MIN_VALUE, null),
            event(4, 3, "-1"),
            event(5, 4, Long.toString(1L << 53)),
            watermark(6, -5),
            watermark(7, Long.MAX_VALUE),
            event(8, 5, "5"));
    assertThat(batch.refused()).hasSize(8);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(5L);
    assertThat(batch.progress()).containsEntry(3, new Progress(9, 5L));
  }

  @Test
  void aTimestampForWhichThereIsNoDayIsRefused() {
    EventBatch batch =
        batch(
            before(0, null),
            5,
            at(-1, event(0, 1, null)),
            at(253_402_300_800_000L, event(1, 2, null)),
            at(Long.MAX_VALUE, event(2, 3, null)),
            at(253_402_300_799_999L, event(3, 4, null)),
            at(0, event(4, 5, null)));
    assertThat(batch.refused()).hasSize(3);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(4L, 5L);
  }

  @Test
  void aHeaderLargerThanAnyOfAnEventIsRefused() {
    EventBatch batch =
        batch(
            before(0, null),
            2,
            record(0, 1L, "{}", "event_type", "commit", "collections", "a,".repeat(50_000)),
            event(1, 2, null));
    assertThat(batch.refused()).hasSize(1);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(2L);
    String largest = "x".repeat(64 * 1024);
    assertThat(
            batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "commit", "other", largest))
                .refused())
        .isEmpty();
  }
}
