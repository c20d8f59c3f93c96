package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SentOps;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** From the relay to {@code /api/stats}, on real servers. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StatsPipelineTest {
  private static final int SEED = 37;
  private static final int EVENTS = 4_000;
  private static final int PARTITIONS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LOOK_AGAIN_MILLIS = 200;

  private static final SimulatorSettings SETTINGS =
      SimulatorSettings.defaults().withSeed(SEED).withRate(0).withLimit(EVENTS);

  @Test
  void whatTheRelayHasSentIsCountedAlsoAcrossARestart() throws Exception {
    Map<String, Long> types = new TreeMap<>();
    Map<String, Long> ops = new TreeMap<>();
    for (SentOps event : SentOps.of(SEED, EVENTS)) {
      types.merge(event.type(), 1L, Long::sum);
      event.ops().forEach(op -> ops.merge(op, 1L, Long::sum));
    }
    try (Servers servers = Servers.embedded();
        RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(EVENTS / 2));
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      Reader reader = pipeline.reader();
      awaitTotal(reader, EVENTS / 2);
      pipeline.stopSink();
      relay.limit(EVENTS);
      pipeline.startSink();
      awaitTotal(reader, EVENTS);
      assertThat(sums(reader, "type", "event_type")).isEqualTo(types);
      // Those of events, whatever their type.
      ops.put(" ", (long) EVENTS);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!sums(reader, "action,collection", "action", "collection").equals(ops)
          && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      }
      assertThat(sums(reader, "action,collection", "action", "collection")).isEqualTo(ops);
      assertThat(ops).hasSizeGreaterThan(5);
    }
  }

  @Test
  void switchedOffThereIsNoThreadOfIt() throws Exception {
    try (Servers servers = Servers.embedded();
        RelaySimulator relay = RelaySimulator.start(SETTINGS);
        Pipeline pipeline =
            new Pipeline(
                servers,
                relay.uri(),
                PARTITIONS,
                InstantSource.system(),
                Map.of("SKYWIRE_STATS", "off"))) {
      Reader reader = pipeline.reader().readTo(relay.head(), PATIENCE);
      assertThat(threads()).isEmpty();
      assertThat(reader.get("/api/stats").path("stats").isEmpty()).isTrue();
    }
  }

  @Test
  void aRouteWhoseTopicDoesNotFitIsToldByHealthAndEventsAreStored() throws Exception {
    try (Servers servers = Servers.embedded();
        Admin admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()));
        RelaySimulator relay = RelaySimulator.start(SETTINGS)) {
      admin.createTopics(List.of(new NewTopic("narrow", 1, (short) 1))).all().get();
      try (Pipeline pipeline =
          new Pipeline(
              servers,
              relay.uri(),
              PARTITIONS,
              InstantSource.system(),
              Map.of("SKYWIRE_ROUTES", "app.bsky.feed.*=narrow"))) {
        Reader reader = pipeline.reader().readTo(relay.head(), PATIENCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode health = reader.get("/api/health");
        while (health.at("/streams/problem").isNull()) {
          assertThat(System.nanoTime()).as(health.toString()).isLessThan(deadline);
          TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
          health = reader.get("/api/health");
        }
        assertThat(health.path("status").asString()).isEqualTo("degraded");
        assertThat(health.at("/streams/running").asBoolean()).isFalse();
        assertThat(health.path("problems").toString())
            .contains("a sink does not count events or send them on: SKYWIRE_ROUTES", "narrow");
      }
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name ->
            name.contains("StreamThread") || List.of("sink-streams", "sink-stats").contains(name))
        .toList();
  }

  private static void awaitTotal(Reader reader, long events) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (sums(reader, "type", "event_type").values().stream().mapToLong(n -> n).sum() < events) {
      assertThat(System.nanoTime()).as("%d events are counted", events).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  /** By the values of these columns, separated by spaces. */
  private static Map<String, Long> sums(Reader reader, String by, String... columns)
      throws Exception {
    Map<String, Long> sums = new TreeMap<>();
    for (JsonNode row : reader.get("/api/stats?per=total&limit=1000&by=" + by).path("stats")) {
      List<String> values =
          List.of(columns).stream().map(name -> row.path(name).asString()).toList();
      sums.put(String.join(" ", values), row.path("count").asLong());
    }
    return sums;
  }
}
