package io.skywire.ingester;

import static io.skywire.ingester.SeqOrder.Verdict.BACKWARDS;
import static io.skywire.ingester.SeqOrder.Verdict.NEXT;
import static io.skywire.ingester.SeqOrder.Verdict.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeqOrderTest {
  private static final long GAP = 10_000;

  @Test
  void whatTheCursorCoversIsNotPublishedAgain() {
    SeqOrder order = new SeqOrder(100L, GAP);
    assertThat(order.next(98)).isEqualTo(REPEATED);
    assertThat(order.next(100)).isEqualTo(REPEATED);
    assertThat(order.next(101)).isEqualTo(NEXT);
    assertThat(order.next(103)).isEqualTo(NEXT);
  }

  @Test
  void aSeqThatComesAgainIsRepeatedAndOneThatGoesBackEndsTheSession() {
    SeqOrder order = new SeqOrder(null, GAP);
    assertThat(order.next(5)).isEqualTo(NEXT);
    assertThat(order.next(5)).isEqualTo(REPEATED);
    assertThat(order.next(4)).isEqualTo(BACKWARDS);
  }

  @Test
  void goingBackBelowTheCursorIsGoingBackToo() {
    SeqOrder order = new SeqOrder(100L, GAP);
    assertThat(order.next(99)).isEqualTo(REPEATED);
    assertThat(order.next(50)).isEqualTo(BACKWARDS);
  }

  @Test
  void onlyTheFirstNewSeqCanTellOfAGap() {
    SeqOrder order = new SeqOrder(100L, GAP);
    assertThat(order.isFirstAfterGap(100 + GAP, false)).isFalse();
    assertThat(order.isFirstAfterGap(100 + 3 * GAP, false)).isFalse();
    assertThat(new SeqOrder(100L, GAP).isFirstAfterGap(101 + GAP, false)).isTrue();
  }

  @Test
  void withAnOutdatedCursorEveryMissingSeqIsAGap() {
    assertThat(new SeqOrder(100L, GAP).isFirstAfterGap(102, true)).isTrue();
    assertThat(new SeqOrder(100L, GAP).isFirstAfterGap(101, true)).isFalse();
  }

  @Test
  void withoutACursorNothingCanBeMissing() {
    assertThat(new SeqOrder(null, GAP).isFirstAfterGap(1_000_000, true)).isFalse();
  }
}
