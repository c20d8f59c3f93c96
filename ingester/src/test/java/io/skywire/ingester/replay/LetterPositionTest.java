package io.skywire.ingester.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LetterPositionTest {
  @Test
  void positionsAreInTheOrderOfPartitionsAndOffsets() {
    assertThat(new LetterPosition(0, 9)).isLessThan(new LetterPosition(0, 10));
    assertThat(new LetterPosition(1, 9)).isGreaterThan(new LetterPosition(0, 10));
  }

  @Test
  void whatIsWrittenIsReadAndNothingElse() {
    assertThat(LetterPosition.of(new LetterPosition(3, 12).toString()))
        .isEqualTo(new LetterPosition(3, 12));
    for (String none : new String[] {"", "3", "3:", ":12", "3:-1", "3:12 ", "1234567890:1"}) {
      assertThat(LetterPosition.of(none)).as(none).isNull();
    }
  }
}
