package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is cut off from Kafka alone: it goes on reading the relay, as does who follows. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CutOffTest {
  private static final int EVENTS_A_SECOND = 300;

  /** What is promised of a standby. */
  private static final Duration FAILOVER_MAX = Duration.ofSeconds(10);

  @TempDir private Path folder;

  /** By listener, which is that of the ingester of this name. */
  private final Map<String, TcpProxy> proxies = new HashMap<>();

  private final RelaySimulator relay =
      RelaySimulator.start(SimulatorSettings.defaults().withSeed(43).withRate(EVENTS_A_SECOND));

  @AfterEach
  void stop() {
    proxies.values().forEach(TcpProxy::close);
    relay.close();
  }

  @Test
  void aLeaderThatIsCutOffIsReplacedAndStandsByWhenItIsBack() throws Exception {
    try (KafkaCluster kafka = startKafka();
        CommittedEvents committed =
            new CommittedEvents(kafka.bootstrapServers(KafkaCluster.DIRECT));
        IngesterProcess leader = startIngester("ONE", kafka)) {
      committed.readTo(EVENTS_A_SECOND);
      try (IngesterProcess standby = startIngester("TWO", kafka)) {
        committed.readTo(relay.head() + EVENTS_A_SECOND);
        assertThat(relay.connections()).as("the first leads").isEqualTo(1);
        TcpProxy line = Objects.requireNonNull(proxies.get("ONE"));
        line.cut();
        long cut = System.nanoTime();
        committed.readTo(relay.head() + 1);
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(FAILOVER_MAX);
        assertThat(relay.openConnections()).as("both read").isEqualTo(2);

        line.heal();
        while (relay.openConnections() > 1 || leads(leader)) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(leads(standby)).isTrue();
        assertThat(fenced(standby)).as("nobody has disturbed it").isZero();
        long end = relay.emitted() + EVENTS_A_SECOND;
        relay.limit(end);
        while (relay.emitted() < end) {
          committed.readTo(relay.head());
        }
        committed.readTo(relay.head());
        List<LedgerEntry> topic =
            committed.entries().stream().sorted(CommittedEvents.BY_SEQ).toList();
        assertThat(topic).isEqualTo(relay.ledger().entries());
        assertThat(relay.connections()).as("each has had one session").isEqualTo(2);
        assertThat(leads(leader)).as("it goes on standing by").isFalse();
      }
    }
  }

  private static boolean leads(IngesterProcess ingester) {
    return ingester.metrics().get("skywire.ingester.leader").gauge().value() == 1;
  }

  private static double fenced(IngesterProcess ingester) {
    return ingester
        .metrics()
        .get("skywire.ingester.transaction.failures")
        .tag("reason", "fenced")
        .counter()
        .count();
  }

  private KafkaCluster startKafka() throws Exception {
    KafkaCluster kafka =
        KafkaCluster.start(
            folder.resolve("kafka"),
            1,
            List.of("ONE", "TWO"),
            (name, port) -> {
              TcpProxy proxy = TcpProxy.to(port, WireProtocol.KAFKA);
              proxies.put(name, proxy);
              return proxy.port();
            },
            List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    Map<String, Object> direct =
        Map.of("bootstrap.servers", kafka.bootstrapServers(KafkaCluster.DIRECT));
    try (Admin admin = Admin.create(direct)) {
      TopicSetup.ensure(admin, 6);
    }
    return kafka;
  }

  private IngesterProcess startIngester(String name, KafkaCluster kafka) {
    return IngesterProcess.start(
        new Variables(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(name),
                "RELAY_URL",
                relay.uri().toString(),
                "RELAY_START",
                "oldest",
                "SKYWIRE_INSTANCE",
                name)));
  }
}
