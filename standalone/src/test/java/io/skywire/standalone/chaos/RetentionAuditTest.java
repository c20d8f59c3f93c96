package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A day is whole or dropped, and dropped as readers are told: what is neither is named. */
class RetentionAuditTest extends WitnessSetUp {
  @Test
  void anExpiredDayMayBeThereOrGone() {
    audit.retained(List.of(whole(1, 10), whole(11, 20)), kept(100), 0);
    audit.retained(List.of(gone(1, 10), whole(11, 20)), kept(100), 10);
    audit.retained(List.of(gone(1, 10), gone(11, 20)), kept(100), 20);

    assertThat(findings.isEmpty()).isTrue();
  }

  @Test
  void aDayThatIsGoneWithoutTellingReadersIsNamed() {
    audit.retained(List.of(gone(1, 10), gone(11, 20)), kept(100), 10);

    assertOnly(
        Finding.Kind.HALF_DROPPED, "trimmed_through is 10, and what has been dropped goes to 20");
  }

  @Test
  void aDayThatReadersAreToldIsGoneIsNamed() {
    audit.retained(List.of(whole(1, 10)), kept(100), 10);

    assertOnly(Finding.Kind.HALF_DROPPED, "trimmed_through is 10, and yet");
  }

  @Test
  void aDayThatIsDroppedBeforeAnOlderOneIsNamed() {
    audit.retained(List.of(whole(1, 10), gone(11, 20)), kept(100), 20);

    assertOnly(Finding.Kind.HALF_DROPPED, "trimmed_through is 20, and yet");
  }

  @Test
  void aDayOfWhichSomethingIsLeftIsNamed() {
    SeqSpan noEvents = new SeqSpan(1, 10, new Rows(10, 2), new Rows(0, 2));
    audit.retained(List.of(new OldDay(noEvents, 1)), kept(100), 0);
    assertOnly(Finding.Kind.HALF_DROPPED, "with seqs 1 to 10 there are 0 events and 2 further");
    audit.retained(List.of(new OldDay(gone(1, 10).events(), 1)), kept(100), 10);
    assertThat(findings.counts().get(Finding.Kind.HALF_DROPPED)).isGreaterThan(1);
  }

  @Test
  void whatRetentionTakesBeyondTheExpiredIsLost() {
    audit.retained(List.of(gone(1, 10)), kept(99), 10);

    assertOnly(
        Finding.Kind.LOST, "of the 100 events and 0 further collections with seqs 11 to 110");
  }

  private static OldDay whole(long first, long last) {
    Rows rows = new Rows(10, 2);
    return new OldDay(new SeqSpan(first, last, rows, rows), OldDay.PARTITIONS);
  }

  private static OldDay gone(long first, long last) {
    return new OldDay(new SeqSpan(first, last, new Rows(10, 2), Rows.NONE), 0);
  }

  private static SeqSpan kept(int left) {
    return new SeqSpan(11, 110, new Rows(100, 0), new Rows(left, 0));
  }
}
