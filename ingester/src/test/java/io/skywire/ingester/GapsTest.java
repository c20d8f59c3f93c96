package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Gap;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A relay that no longer has what comes next, and an ingester that dies as it notices. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GapsTest {
  private static final int PARTITIONS = 6;
  private static final int BEFORE = 300;

  /** Keeps all that is sent before the gap. */
  private static final int WINDOW = 400;

  private static final Duration REACHED_MAX = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final List<TcpProxy> proxies = new ArrayList<>();
  private final RelaySimulator relay =
      RelaySimulator.start(
          SimulatorSettings.defaults()
              .withSeed(23)
              .withRate(0)
              .withLimit(BEFORE)
              .withWindowEvents(WINDOW));
  private KafkaCluster kafka;
  private CommittedEvents committed;

  @BeforeEach
  void start() throws Exception {
    KafkaCluster.Advertised byProxy =
        (name, port) -> {
          proxies.add(TcpProxy.to(port, WireProtocol.KAFKA));
          return proxies.getLast().port();
        };
    kafka =
        KafkaCluster.start(
            folder.resolve("kafka"),
            1,
            List.of("INGESTER"),
            byProxy,
            List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    Map<String, Object> direct =
        Map.of("bootstrap.servers", kafka.bootstrapServers(KafkaCluster.DIRECT));
    try (Admin admin = Admin.create(direct)) {
      TopicSetup.ensure(admin, PARTITIONS);
    }
    committed = new CommittedEvents(kafka.bootstrapServers(KafkaCluster.DIRECT));
  }

  @AfterEach
  void stop() {
    committed.close();
    kafka.close();
    proxies.forEach(TcpProxy::close);
    relay.close();
  }

  private ChildProcess startIngester() {
    return ChildProcess.start(
        ChildCommand.java(
            "ingester",
            IngesterProcess.class.getName(),
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            List.of(),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers("INGESTER"),
                "RELAY_URL",
                relay.uri().toString(),
                "RELAY_START",
                "oldest",
                "SKYWIRE_INSTANCE",
                "one"),
            folder.resolve("ingester.log")));
  }

  /** Held at the commit of the first batch: once before Kafka has it, once when it is done. */
  @ParameterizedTest
  @EnumSource(Hold.Side.class)
  void aGapIsToldOnceHoweverTheIngesterDiesAtIt(Hold.Side side) throws Exception {
    try (ChildProcess first = startIngester()) {
      committed.readTo(awaitEmitted(BEFORE));
      first.kill();
    }
    long lastBefore = relay.head();
    relay.limit(BEFORE + 5 * WINDOW);
    awaitEmitted(BEFORE + 5 * WINDOW);

    // The first is that of the watermarks.
    Hold hold = proxies.getFirst().hold(side, "EndTxn"::equals, 2);
    try (ChildProcess second = startIngester()) {
      assertThat(hold.await(REACHED_MAX)).as("the commit is held").isTrue();
      second.kill();
      hold.drop();
    }
    try (ChildProcess third = startIngester()) {
      committed.readTo(relay.head());
      assertThat(third.isAlive()).isTrue();
    }

    assertThat(committed.gaps()).hasSize(PARTITIONS);
    assertThat(committed.gaps().stream().distinct()).hasSize(1);
    Gap gap = committed.gaps().getFirst();
    assertThat(gap.relay()).isEqualTo(relay.uri().getAuthority());
    assertThat(gap.fromSeq()).isEqualTo(lastBefore);
    assertThat(gap.reason()).contains("window");
    // All that the relay has ever sent is either in the topic or in the gap.
    assertThat(committed.entries().stream().sorted(CommittedEvents.BY_SEQ).toList())
        .isEqualTo(
            relay.ledger().entries().stream()
                .filter(entry -> entry.seq() <= gap.fromSeq() || entry.seq() >= gap.toSeq())
                .toList());
    assertThat(committed.entries()).hasSizeLessThan(BEFORE + 4 * WINDOW);
  }

  private long awaitEmitted(int events) throws InterruptedException {
    while (relay.emitted() < events) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return relay.head();
  }
}
