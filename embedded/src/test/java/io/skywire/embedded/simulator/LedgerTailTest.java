package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(60)
class LedgerTailTest {
  private static final int EVENTS = 20_000;
  private static final int EVENTS_AN_APPEND = 70;
  private static final int LINES_A_FILE = 1_000;

  @TempDir private Path folder;

  @Test
  void tellsEachEntryOnceWhileTheLedgerGrows() throws Exception {
    try (Ledger ledger = Ledger.open(folder, EVENTS, LINES_A_FILE, 0);
        ExecutorService writer = Executors.newSingleThreadExecutor()) {
      LedgerTail tail = ledger.tail();
      Future<?> writing =
          writer.submit(() -> {
            for (int from = 1; from <= EVENTS; from += EVENTS_AN_APPEND) {
              ledger.append(events(from));
            }
            return null;
          });
      List<LedgerEntry> told = new ArrayList<>();
      while (told.size() < EVENTS) {
        List<LedgerEntry> next = tail.next();
        told.addAll(next);
        if (next.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
      writing.get();
      assertThat(tail.next()).isEmpty();
      assertThat(told).isEqualTo(ledger.entries());
      assertThat(told).extracting(LedgerEntry::seq).isEqualTo(seqs());
    }
  }

  @Test
  void tellsEachEntryOnceWhileTheLedgerForgetsTheOldest() throws Exception {
    try (Ledger ledger = Ledger.open(folder, 2 * LINES_A_FILE, LINES_A_FILE, 0)) {
      LedgerTail tail = ledger.tail();
      List<LedgerEntry> told = new ArrayList<>();
      for (int from = 1; from <= EVENTS; from += EVENTS_AN_APPEND) {
        ledger.append(events(from));
        for (List<LedgerEntry> next = tail.next(); !next.isEmpty(); next = tail.next()) {
          told.addAll(next);
        }
      }
      assertThat(told).extracting(LedgerEntry::seq).isEqualTo(seqs());
      assertThat(ledger.entries()).hasSizeLessThan(4 * LINES_A_FILE);
    }
  }

  private static List<SimulatedEvent> events(int from) {
    List<SimulatedEvent> events = new ArrayList<>();
    for (int seq = from; seq < Math.min(from + EVENTS_AN_APPEND, EVENTS + 1); seq++) {
      JsonNode event = JsonNodeFactory.instance.objectNode().put("seq", seq);
      events.add(
          new SimulatedEvent(seq, "identity", "did:plc:" + seq, List.of(), new byte[0], event));
    }
    return events;
  }

  private static List<Long> seqs() {
    List<Long> seqs = new ArrayList<>();
    for (long seq = 1; seq <= EVENTS; seq++) {
      seqs.add(seq);
    }
    return seqs;
  }
}
