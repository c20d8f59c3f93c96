package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqlStatesTest {
  @Test
  void aRowIsRefusedForItsDataOrForALimitThatItPasses() {
    for (String state : new String[] {"22P02", "23505", "54001"}) {
      assertThat(SqlStates.isAboutTheData(failure(state))).as(state).isTrue();
    }
    for (String state : new String[] {"53100", "57014", "08006", "40001", "23514"}) {
      assertThat(SqlStates.isAboutTheData(failure(state))).as(state).isFalse();
    }
    assertThat(SqlStates.isAboutTheData(new SQLException("away"))).isFalse();
  }

  @Test
  void aMissingPartitionIsAViolatedCheck() {
    assertThat(SqlStates.isMissingPartition(failure("23514"))).isTrue();
    assertThat(SqlStates.isMissingPartition(failure("23505"))).isFalse();
  }

  @Test
  void aLettersDetailHasThreeHundredCharactersAtMost() {
    assertThat(SqlStates.describe(new SQLException("x".repeat(293), "22P02")))
        .isEqualTo("22P02: " + "x".repeat(293));
    assertThat(SqlStates.describe(new SQLException("x".repeat(294), "22P02")))
        .isEqualTo("22P02: " + "x".repeat(293));
  }

  private static SQLException failure(String state) {
    return new SQLException("refused", state);
  }
}
