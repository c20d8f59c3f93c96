package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Events that the relay no longer has when they are asked for: who looks at Skywire is told. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GapPipelineTest {
  private static final int PARTITIONS = 6;
  private static final int WINDOW = 600;
  private static final int BEFORE = 500;
  private static final int IN_ALL = 30_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void whatTheRelayHasNoMoreIsToldByPageAndGapsAndHealth() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.defaults()
            .withSeed(31)
            .withRate(0)
            .withLimit(BEFORE)
            .withWindowEvents(WINDOW)
            .withLedgerEvents(IN_ALL);
    try (Servers servers = Servers.embedded();
        RelaySimulator relay = RelaySimulator.start(settings);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      awaitEmitted(relay, BEFORE);
      Reader reader = pipeline.reader().readTo(relay.head(), PATIENCE);
      long before = relay.head();
      pipeline.stopIngester();
      relay.limit(IN_ALL);
      awaitEmitted(relay, IN_ALL);
      pipeline.startIngester();
      reader.readTo(relay.head(), PATIENCE);

      long after =
          reader.seen().stream()
              .mapToLong(LedgerEntry::seq)
              .filter(seq -> seq > before)
              .findFirst()
              .orElseThrow();
      assertThat(reader.seen())
          .isEqualTo(
              relay.ledger().entries().stream()
                  .filter(entry -> entry.seq() <= before || entry.seq() >= after)
                  .toList());
      assertThat(after).isGreaterThan(before + 1);
      JsonNode gap = reader.get("/api/gaps?since=0").path("gaps").path(0);
      assertThat(gap.path("from_seq").asLong()).isEqualTo(before);
      assertThat(gap.path("to_seq").asLong()).isEqualTo(after);
      assertThat(reader.get("/api/events?limit=1&since=" + before).path("gaps").path(0))
          .isEqualTo(gap);
      assertThat(reader.get("/api/health").path("gaps").toString()).contains(Long.toString(after));
      assertThat(pipeline.ingesterCount("skywire.ingester.gaps")).isEqualTo(1);
    }
  }

  private static void awaitEmitted(RelaySimulator relay, long events) throws InterruptedException {
    while (relay.emitted() < events) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
