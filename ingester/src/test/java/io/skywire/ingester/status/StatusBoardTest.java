package io.skywire.ingester.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.IngesterStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final StatusBoard board = new StatusBoard("relay.example", now::get);

  private IngesterStatus read() {
    return board.read().orElseThrow();
  }

  @Test
  void aStandbyHasNothingToSay() {
    assertThat(board.read()).isEmpty();
    board.leading(5L);
    assertThat(read().cursor()).isEqualTo(5);
    board.standby();
    assertThat(board.read()).isEmpty();
  }

  @Test
  void isConnectedOnlyAfterItWasToldSo() {
    board.leading(null);
    assertThat(read().connected()).isFalse();
    board.connected();
    assertThat(read().connected()).isTrue();
    assertThat(read().problem()).isNull();
    board.disconnected("relay relay.example: connection refused");
    assertThat(read().connected()).isFalse();
    assertThat(read().problem()).isEqualTo("relay relay.example: connection refused");
  }

  @Test
  void isReadyWhenItWorksOrCouldAsSoonAsItLeads() {
    assertThat(board.isReady()).isFalse();
    board.member(true);
    assertThat(board.isReady()).isTrue();
    board.leading(null);
    assertThat(board.isReady()).isFalse();
    board.connected();
    assertThat(board.isReady()).isTrue();
    board.member(false);
    assertThat(board.isReady()).isFalse();
  }

  @Test
  void howFarBehindIsTheMedianAgeSoThatOneLiarIsNotIt() {
    board.leading(null);
    for (int i = 0; i < 20; i++) {
      board.framesCameIn(NOON);
      board.published(i, i % 4 == 2 ? "1970-01-01T00:00:00Z" : "2026-07-04T11:59:30Z");
    }
    assertThat(read().behindSeconds()).isEqualTo(30);
  }

  @Test
  void isNotBehindARelayThatIsSilent() {
    board.leading(null);
    board.framesCameIn(NOON);
    board.published(1, "2026-07-04T11:00:00Z");
    assertThat(read().behindSeconds()).isEqualTo(3600);
    now.set(NOON.plus(Duration.ofSeconds(6)));
    assertThat(read().behindSeconds()).isZero();
  }

  @Test
  void aTimeThatIsNoneChangesNothing() {
    board.leading(null);
    board.framesCameIn(NOON);
    board.published(1, "yesterday");
    board.published(2, null);
    assertThat(read().behindSeconds()).isZero();
    assertThat(read().cursor()).isEqualTo(2);
  }

  @Test
  void deadLettersAreCountedUntilAnotherHasPublished() {
    board.leading(7L);
    board.kept("malformed");
    board.published(8, null);
    DeadLetterCounts counts = new DeadLetterCounts(NOON, NOON, Map.of("malformed", 1L));
    assertThat(read().deadLetters()).isEqualTo(counts);
    now.set(NOON.plusSeconds(5));
    board.standby();
    board.leading(8L);
    assertThat(read().deadLetters()).as("nobody has led in between").isEqualTo(counts);
    board.leading(9L);
    assertThat(read().deadLetters())
        .isEqualTo(new DeadLetterCounts(NOON.plusSeconds(5), null, Map.of()));
  }

  @Test
  void comesBackUnchangedFromItsJson() {
    board.leading(7L);
    board.kept("malformed");
    board.framesCameIn(NOON);
    assertThat(IngesterStatus.fromJson(read().toJson())).isEqualTo(read());
  }
}
