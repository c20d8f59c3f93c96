package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LedgerTailTest {
  /** More than the ledger keeps in one file. */
  private static final int EVENTS = 120_000;

  @Test
  void tellsEachEntryOnceWhileTheLedgerGrowsAndForgets() throws Exception {
    try (RelaySimulator relay =
        RelaySimulator.start(
            SimulatorSettings.defaults().withRate(0).withLimit(EVENTS).withLedgerEvents(EVENTS))) {
      LedgerTail tail = relay.ledger().tail();
      List<LedgerEntry> told = new ArrayList<>();
      while (told.size() < EVENTS) {
        List<LedgerEntry> next = tail.next();
        told.addAll(next);
        if (next.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      assertThat(tail.next()).isEmpty();
      assertThat(told).isEqualTo(relay.ledger().entries());
    }
  }
}
