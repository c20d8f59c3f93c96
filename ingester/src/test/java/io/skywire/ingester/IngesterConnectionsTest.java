package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.embedded.relay.FakeRelay;
import io.skywire.ingester.relay.FrameSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guarantees rest on, whatever is passed through to Kafka's clients. */
@Timeout(60)
class IngesterConnectionsTest {
  private static final Map<String, String> WEAKENED =
      Map.of(
          "SPRING_KAFKA_PROPERTIES_ACKS", "1",
          "SPRING_KAFKA_PROPERTIES_ENABLE_IDEMPOTENCE", "false",
          "SPRING_KAFKA_PROPERTIES_ISOLATION_LEVEL", "read_uncommitted",
          "SPRING_KAFKA_PROPERTIES_ENABLE_AUTO_COMMIT", "true",
          "SPRING_KAFKA_PROPERTIES_AUTO_OFFSET_RESET", "latest");

  private static IngesterConnections with(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(more);
    variables.putIfAbsent("RELAY_URL", "ws://relay.example");
    variables.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    return new IngesterConnections(
        IngesterSettings.from(new Variables(variables)), InstantSource.system());
  }

  @Test
  void eventsAreWrittenOnceAndAcknowledgedByAll() {
    for (Map<String, String> passed : List.of(Map.<String, String>of(), WEAKENED)) {
      assertThat(with(passed).publisherProperties())
          .containsEntry("acks", "all")
          .containsEntry("enable.idempotence", true)
          .containsEntry("transactional.id", "skywire-ingester-relay.example");
      assertThat(with(passed).statusProperties())
          .containsEntry("acks", "all")
          .containsEntry("enable.idempotence", true)
          .doesNotContainKey("transactional.id");
    }
  }

  @Test
  void onlyWhatIsCommittedIsRead() {
    for (Map<String, String> passed : List.of(Map.<String, String>of(), WEAKENED)) {
      assertThat(with(passed).consumerProperties())
          .containsEntry("isolation.level", "read_committed")
          .containsEntry("enable.auto.commit", false)
          .containsEntry("auto.offset.reset", "earliest")
          .doesNotContainKey("group.id");
    }
  }

  /** Whoever waits for Kafka waits no longer than the transaction, and the largest event fits. */
  @Test
  void aPublisherIsBoundedInTimeAndMemory() {
    assertThat(with(Map.of()).publisherProperties())
        .containsEntry("transaction.timeout.ms", 30_000)
        .containsEntry("delivery.timeout.ms", 25_000)
        .containsEntry("request.timeout.ms", 10_000)
        .containsEntry("max.block.ms", 25_000L)
        .containsEntry("max.request.size", 16 * 1024 * 1024)
        .containsEntry("buffer.memory", 32L * 1024 * 1024)
        .containsEntry("batch.size", 256 * 1024)
        .containsEntry("linger.ms", 5)
        .containsEntry("compression.type", "lz4");
    assertThat(
            with(Map.of("SPRING_KAFKA_PROPERTIES_COMPRESSION_TYPE", "zstd")).publisherProperties())
        .containsEntry("compression.type", "zstd");
  }

  @Test
  void theStatusWaitsForNobody() {
    IngesterConnections connections = with(Map.of("SPRING_KAFKA_PROPERTIES_LINGER_MS", "9000"));
    assertThat(connections.statusProperties())
        .containsEntry("buffer.memory", 1024L * 1024)
        .containsEntry("max.block.ms", 2_000L);
    // Opens with whatever linger is passed through: a delivery may not end before a request does.
    Producer<byte[], byte[]> producer = connections.statusProducer();
    producer.close(Duration.ZERO);
  }

  /** What a leader that was cut off could not say, it does not say once it is back. */
  @Test
  void aStatusIsGivenUpBeforeAnotherLeads() {
    IngesterConnections connections = with(Map.of());
    Duration session = IngesterConnections.session(connections.memberProperties());
    assertThat(connections.statusProperties().get("delivery.timeout.ms"))
        .isInstanceOfSatisfying(
            Integer.class, millis -> assertThat(Duration.ofMillis(millis)).isLessThan(session));
  }

  @Test
  void aLeaderIsReplacedSoonAndKeepsItsPlaceWhenOthersComeAndGo() {
    Map<String, Object> member = with(Map.of()).memberProperties();
    assertThat(member)
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("group.id", "skywire-ingester")
        .doesNotContainKey("group.instance.id")
        .containsEntry("partition.assignment.strategy", CooperativeStickyAssignor.class.getName())
        .containsEntry("heartbeat.interval.ms", 1_000);
    assertThat(IngesterConnections.session(member)).isEqualTo(Duration.ofSeconds(6));
    Map<String, Object> patient =
        with(Map.of("SPRING_KAFKA_PROPERTIES_SESSION_TIMEOUT_MS", " 12000 ")).memberProperties();
    assertThat(IngesterConnections.session(patient)).isEqualTo(Duration.ofSeconds(12));
  }

  @Test
  void anIngesterThatHasANameComesBackToItsGroupUnderIt() {
    assertThat(with(Map.of("SKYWIRE_INSTANCE", "one")).memberProperties())
        .containsEntry("group.instance.id", "skywire-ingester-one");
  }

  @Test
  void asksTheRelayOfTheSettingsForWhatIsAfterTheCursor() throws Exception {
    CompletableFuture<String> request = new CompletableFuture<>();
    try (FakeRelay relay = new FakeRelay(client -> request.complete(client.accept()));
        FrameSource frames =
            with(Map.of("RELAY_URL", relay.uri().toString())).subscribe(31_527_015_322L)) {
      assertThat(frames.lastFrameAt()).isNull();
      assertThat(request.get(10, TimeUnit.SECONDS)).contains("?cursor=31527015322 ");
    }
  }
}
