package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPaceTest {
  private static final Duration QUICK = Duration.ofMillis(1_999);
  private static final Duration BEARABLE = Duration.ofSeconds(10);
  private static final Duration SLOW = Duration.ofMillis(10_001);

  private long now = Long.MAX_VALUE - 5;
  private final BatchPace pace = new BatchPace(new BatchLimits(10_000, 1000), () -> now);

  @Test
  void fullBatchesThatAreStoredQuicklyGrowUpToTheSetting() {
    assertThat(pace.limits()).isEqualTo(new BatchLimits(500, 1000));
    assertThat(after(500, QUICK)).isEqualTo(1000);
    // Not quite full, but there is no room for another poll.
    assertThat(after(997, QUICK)).isEqualTo(2000);
    assertThat(after(2000, QUICK)).isEqualTo(4000);
    assertThat(after(4000, QUICK)).isEqualTo(8000);
    assertThat(after(8000, QUICK)).isEqualTo(10_000);
    assertThat(after(10_000, QUICK)).isEqualTo(10_000);
  }

  @Test
  void whatIsNotFullOrNotQuickDoesNotGrow() {
    assertThat(after(496, QUICK)).isEqualTo(500);
    assertThat(after(500, BEARABLE)).isEqualTo(500);
  }

  @Test
  void aSlowBatchIsHalvedByWhatItHad() {
    after(500, QUICK);
    assertThat(after(1000, SLOW)).isEqualTo(500);
    // It was full by its bytes.
    assertThat(after(120, SLOW)).isEqualTo(60);
    assertThat(after(60, QUICK)).isEqualTo(120);
  }

  @Test
  void aBatchThatFailsIsHalvedDownToOnePoll() {
    assertThat(afterFailure(500)).isEqualTo(250);
    assertThat(afterFailure(250)).isEqualTo(125);
    assertThat(afterFailure(9)).isEqualTo(4);
    assertThat(afterFailure(4)).isEqualTo(4);
    assertThat(pace.limits().pollRecordsMax()).isEqualTo(4);
    assertThat(after(4, QUICK)).isEqualTo(8);
  }

  @Test
  void whatFailsBetweenBatchesSaysNothingOfThem() {
    pace.failed();
    after(500, QUICK);
    pace.failed();
    assertThat(pace.limits().eventsMax()).isEqualTo(1000);
  }

  @Test
  void aSettingBelowTheFirstBatchHolds() {
    BatchPace narrow = new BatchPace(new BatchLimits(2, 1000), () -> now);
    narrow.begin(2, 0);
    narrow.stored();
    assertThat(narrow.limits()).isEqualTo(new BatchLimits(2, 1000));
    narrow.begin(2, 0);
    narrow.failed();
    assertThat(narrow.limits()).isEqualTo(new BatchLimits(2, 1000));
  }

  @Test
  void theSinkIsBehindWhileItsBatchesAreFull() {
    assertThat(pace.isBehind()).isFalse();
    after(500, QUICK);
    assertThat(pace.isBehind()).isTrue();
    after(996, QUICK);
    assertThat(pace.isBehind()).isFalse();
    after(1000, SLOW);
    assertThat(pace.isBehind()).as("full and slow").isTrue();
    pace.idle();
    assertThat(pace.isBehind()).isFalse();
    after(500, QUICK);
    afterFailure(1000);
    assertThat(pace.isBehind()).as("it waits for PostgreSQL").isFalse();
  }

  @Test
  void aBatchThatIsFullByItsBytesSaysThatThereIsMore() {
    pace.begin(40, 999);
    pace.stored();
    assertThat(pace.isBehind()).isFalse();
    pace.begin(40, 1000);
    pace.stored();
    assertThat(pace.isBehind()).isTrue();
    assertThat(pace.limits().eventsMax())
        .as("light ones may be slower by the event")
        .isEqualTo(500);
  }

  private int after(int records, Duration took) {
    pace.begin(records, 0);
    now += took.toNanos();
    pace.stored();
    return pace.limits().eventsMax();
  }

  private int afterFailure(int records) {
    pace.begin(records, 0);
    pace.failed();
    return pace.limits().eventsMax();
  }
}
