package io.skywire.standalone.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.lifecycle.LoopThread;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An ingester that dies and is there again, beside a standby. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RestartTest {
  /** Far above what a start takes anywhere: whoever waits for its end is found out. */
  private static final Duration SESSION = Duration.ofSeconds(60);

  private static final int PARTITIONS = 6;
  private static final int EVENTS_A_SECOND = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final Path FOLDER = Path.of("target", "restart").toAbsolutePath();

  @Test
  void aLeaderThatIsKilledAndStartedAgainWaitsForNoSessionToEnd() throws Exception {
    TemporaryFolder.delete(FOLDER);
    Files.createDirectories(FOLDER);
    try (EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
        RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(18).withRate(EVENTS_A_SECOND));
        KafkaView view = new KafkaView(kafka.bootstrapServers());
        Worker leader = ingester("leader", kafka, relay);
        Worker standby = ingester("standby", kafka, relay)) {
      leader.start();
      Eventually.isTrue("it leads", PATIENCE, () -> leads(leader, view));
      standby.start();
      view.awaitMembers(KafkaView.INGESTERS, 2, PATIENCE);
      Subscriber subscriber = new Subscriber(kafka.bootstrapServers(), PARTITIONS);
      try (LoopThread reading = new LoopThread("subscriber", subscriber, Duration.ofSeconds(5))) {
        reading.start();
        subscriber.firstAbove(relay.head(), PATIENCE);

        long begin = System.nanoTime();
        leader.kill();
        leader.start();
        long silent = subscriber.firstAbove(relay.head(), PATIENCE) - begin;
        System.out.println("silent for " + Duration.ofNanos(silent));
        assertThat(silent).isLessThan(SESSION.dividedBy(2).toNanos());
        Eventually.isTrue("it leads again", PATIENCE, () -> leads(leader, view));
        assertThat(standby.log()).doesNotContain("connected, cursor");

        long head = relay.head();
        subscriber.awaitAll(head, PATIENCE);
        assertThat(subscriber.complaints()).isEmpty();
        List<LedgerEntry> sent =
            relay.ledger().entries().stream().filter(entry -> entry.seq() <= head).toList();
        assertThat(subscriber.upTo(head)).isEqualTo(sent);
      }
    }
  }

  private static boolean leads(Worker ingester, KafkaView view) throws Exception {
    return view.leader().equals(Optional.of(ingester.name()));
  }

  private static Worker ingester(String name, EmbeddedKafka kafka, RelaySimulator relay) {
    return new Worker(
        "ingester",
        name,
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            kafka.bootstrapServers(),
            "RELAY_URL",
            relay.uri().toString(),
            "RELAY_START",
            "oldest",
            "SKYWIRE_INSTANCE",
            name,
            "SPRING_KAFKA_PROPERTIES_SESSION_TIMEOUT_MS",
            Long.toString(SESSION.toMillis())),
        List.of(),
        FOLDER);
  }
}
