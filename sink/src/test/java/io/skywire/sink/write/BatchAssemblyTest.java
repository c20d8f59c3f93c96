package io.skywire.sink.write;

import static io.skywire.sink.write.PolledRecords.before;
import static io.skywire.sink.write.PolledRecords.event;
import static io.skywire.sink.write.PolledRecords.polled;
import static io.skywire.sink.write.PolledRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.sink.write.EventBatch.Progress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How polls become one batch, and when it takes no more. */
class BatchAssemblyTest {
  @Test
  void severalPollsAreOneBatchInTheirOrder() {
    BatchAssembly assembly = new BatchAssembly(before(10, 70L));
    assembly.add(polled(13, event(10, 71, null), event(11, 72, "75")));
    assembly.add(polled(16, event(14, 74, null), event(15, 76, "80")));
    assertThat(assembly.records()).isEqualTo(4);
    EventBatch batch = assembly.batch();
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(71L, 72L, 76L);
    assertThat(batch.repeated()).isOne();
    assertThat(batch.progress()).containsExactly(Map.entry(3, new Progress(16, 80L)));
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 71L));
  }

  @Test
  void aPartitionThatIsTakenAwayLeavesWithAllThatCameOfIt() {
    BatchAssembly assembly = new BatchAssembly(before(0, 80L));
    assembly.add(polled(3, event(0, 79, null), event(1, 81, "81"), record(2, 1L, "{}")));
    assembly.remove(3);
    assertThat(assembly.isEmpty()).isTrue();
    assertThat(assembly.bytes()).isZero();
    assertThat(assembly.batch())
        .isEqualTo(
            new EventBatch(
                List.of(), List.of(), new TreeMap<>(), List.of(), 0, 0, 0, Map.of(), List.of()));
  }

  @Test
  void aBatchIsFullByEventsOrByBytes() {
    BatchLimits limits = new BatchLimits(10, 1000);
    assertThat(limits.pollRecordsMax()).isEqualTo(4);
    assertThat(limits.haveRoomBeside(6, 999)).isTrue();
    assertThat(limits.haveRoomBeside(7, 0)).isFalse();
    assertThat(limits.haveRoomBeside(0, 1000)).isFalse();
    assertThat(new BatchLimits(1, 1000).pollRecordsMax()).isOne();
  }

  @Test
  void whatABatchWeighsGrowsWithTheValuesOfAllItsPolls() {
    BatchAssembly assembly = new BatchAssembly(before(0, null));
    assembly.add(polled(1, record(0, 1L, "x".repeat(500_000), "event_type", "commit")));
    assembly.add(polled(2, record(1, 2L, "x".repeat(700_000), "event_type", "commit")));
    assertThat(assembly.bytes()).isBetween(1_200_000L, 1_210_000L);
    assertThat(assembly.batch().bytes()).isEqualTo(assembly.bytes());
  }
}
