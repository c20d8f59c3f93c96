package io.skywire.ingester;

import static io.skywire.ingester.SeqOrder.Verdict.AFTER_GAP;
import static io.skywire.ingester.SeqOrder.Verdict.BACKWARDS;
import static io.skywire.ingester.SeqOrder.Verdict.LEAPS;
import static io.skywire.ingester.SeqOrder.Verdict.NEXT;
import static io.skywire.ingester.SeqOrder.Verdict.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeqOrderTest {
  private static final long GAP = 10_000;

  @Test
  void whatTheCursorCoversIsNotPublishedAgain() {
    SeqOrder order = new SeqOrder(100L, 100L, GAP);
    assertThat(order.next(98, false)).isEqualTo(REPEATED);
    assertThat(order.next(100, false)).isEqualTo(REPEATED);
    assertThat(order.next(101, false)).isEqualTo(NEXT);
    assertThat(order.next(103, false)).isEqualTo(NEXT);
  }

  @Test
  void aSeqThatComesAgainIsRepeatedAndOneThatGoesBackEndsTheSession() {
    SeqOrder order = new SeqOrder(null, null, GAP);
    assertThat(order.next(5, false)).isEqualTo(NEXT);
    assertThat(order.next(5, false)).isEqualTo(REPEATED);
    assertThat(order.next(4, false)).isEqualTo(BACKWARDS);
  }

  @Test
  void goingBackBelowTheCursorIsGoingBackToo() {
    SeqOrder order = new SeqOrder(100L, 100L, GAP);
    assertThat(order.next(99, false)).isEqualTo(REPEATED);
    assertThat(order.next(50, false)).isEqualTo(BACKWARDS);
  }

  @Test
  void aFirstNewSeqFarBeyondTheCursorIsAGapAndALaterOneIsALeap() {
    SeqOrder order = new SeqOrder(100L, 100L, GAP);
    assertThat(order.next(100 + GAP, false)).isEqualTo(NEXT);
    assertThat(order.next(100 + 2 * GAP, false)).isEqualTo(NEXT);
    assertThat(order.next(101 + 3 * GAP, false)).isEqualTo(LEAPS);
    assertThat(new SeqOrder(100L, 100L, GAP).next(101 + GAP, false)).isEqualTo(AFTER_GAP);
  }

  @Test
  void withAnOutdatedCursorEveryMissingSeqIsAGap() {
    assertThat(new SeqOrder(100L, 100L, GAP).next(102, true)).isEqualTo(AFTER_GAP);
    assertThat(new SeqOrder(100L, 100L, GAP).next(101, true)).isEqualTo(NEXT);
  }

  @Test
  void whatTheCursorCoversTellsOfNoGap() {
    SeqOrder order = new SeqOrder(100L, 100L, GAP);
    assertThat(order.next(90, true)).isEqualTo(REPEATED);
    assertThat(order.next(110, true)).isEqualTo(AFTER_GAP);
  }

  @Test
  void withoutACursorNothingCanBeMissing() {
    assertThat(new SeqOrder(null, null, GAP).next(1_000_000, true)).isEqualTo(NEXT);
  }

  @Test
  void whatAnOperatorHasSkippedIsAGapThatBeginsWhereTheTopicEnds() {
    SeqOrder order = new SeqOrder(100L, 40L, GAP);
    assertThat(order.next(100, false)).isEqualTo(REPEATED);
    assertThat(order.next(101, false)).isEqualTo(AFTER_GAP);
    assertThat(order.gapBegins()).isEqualTo(40);
    assertThat(order.next(102, false)).isEqualTo(NEXT);
  }

  @Test
  void aCursorThatAnOperatorHasSetBackSkipsNothing() {
    assertThat(new SeqOrder(100L, 140L, GAP).next(101, false)).isEqualTo(NEXT);
    assertThat(new SeqOrder(100L, null, GAP).next(101, false)).isEqualTo(NEXT);
  }

  /** It is in the topic already, wherever the relay's window begins. */
  @Test
  void whatIsRepeatedAndNoLongerToBeHadIsNoGap() {
    assertThat(new SeqOrder(100L, 50_000L, GAP).next(40_000, true)).isEqualTo(NEXT);
    SeqOrder beyond = new SeqOrder(100L, 50_000L, GAP);
    assertThat(beyond.next(50_002, true)).isEqualTo(AFTER_GAP);
    assertThat(beyond.gapBegins()).isEqualTo(50_000);
  }
}
