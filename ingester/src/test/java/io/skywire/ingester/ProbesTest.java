package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole ingester, asked as Prometheus and an orchestrator ask it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProbesTest {
  private final HttpClient client = HttpClient.newHttpClient();

  private final List<IngesterProcess> ingesters = new ArrayList<>();

  @AfterEach
  void stop() {
    ingesters.forEach(IngesterProcess::close);
    client.close();
  }

  @Test
  void isReadyWhileItWorksOrStandsByAndLiveAllTheTime() throws Exception {
    int leader = freePort();
    int standby = freePort();
    try (EmbeddedKafka kafka = EmbeddedKafka.startTemporary()) {
      try (RelaySimulator relay =
          RelaySimulator.start(SimulatorSettings.defaults().withSeed(1).withRate(100))) {
        start(kafka, relay, leader);
        await(leader, "/health/ready", 200);
        assertThat(metric(leader, "skywire_ingester_leader")).isEqualTo("1.0");
        assertThat(metric(leader, "skywire_ingester_connected")).isEqualTo("1.0");
        start(kafka, relay, standby);
        await(standby, "/health/ready", 200);
        assertThat(metric(standby, "skywire_ingester_leader")).isEqualTo("0.0");
        assertThat(metric(standby, "skywire_ingester_relay_lag_seconds")).isEqualTo("NaN");
      }
      // The relay is gone: who stands by could do no better, and is ready for what it does.
      await(leader, "/health/ready", 503);
      assertThat(status(standby, "/health/ready")).isEqualTo(200);
    }
    await(standby, "/health/ready", 503);
    assertThat(status(leader, "/health/live")).isEqualTo(200);
    assertThat(status(standby, "/health/live")).isEqualTo(200);
    assertThat(ingesters).noneMatch(one -> one.done().toCompletableFuture().isDone());
  }

  @Test
  void doesNotStartWhenThePortOfItsMetricsIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() ->
              IngesterProcess.start(
                  new Variables(Map.of("SKYWIRE_BIND", "127.0.0.1", "SKYWIRE_METRICS_PORT", port))))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("SKYWIRE_METRICS_PORT is '" + port + "'; expected a free port");
    }
  }

  private void start(EmbeddedKafka kafka, RelaySimulator relay, int port) {
    Variables variables =
        new Variables(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "RELAY_URL",
                relay.uri().toString(),
                "RELAY_START",
                "oldest",
                "SKYWIRE_BIND",
                "127.0.0.1",
                "SKYWIRE_METRICS_PORT",
                Integer.toString(port)));
    ingesters.add(IngesterProcess.start(variables));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void await(int port, String path, int status) throws Exception {
    while (status(port, path) != status) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private int status(int port, String path) throws Exception {
    return get(port, path).statusCode();
  }

  private String metric(int port, String name) throws Exception {
    return get(port, "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("absent");
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
