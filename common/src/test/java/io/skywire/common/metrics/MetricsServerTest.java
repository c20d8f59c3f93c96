package io.skywire.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServerTest {
  private final AtomicBoolean live = new AtomicBoolean(true);
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final Metrics metrics = Metrics.open();
  private final MetricsServer server =
      MetricsServer.open(
          "test",
          new MetricsSettings(0, InetAddress.getLoopbackAddress()),
          metrics,
          new Probes(live::get, ready::get));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
    metrics.close();
  }

  @Test
  void showsWhatIsCountedAndTheJvmAsPrometheusReadsIt() throws Exception {
    Counter.builder("skywire.test.things").description("Things").register(metrics.registry());
    HttpResponse<String> page = send("GET", "/metrics");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(page.body())
        .contains("# TYPE skywire_test_things_total counter\nskywire_test_things_total 0.0\n")
        .contains("jvm_memory_used_bytes{area=\"heap\"", "process_cpu_seconds_total");
  }

  @Test
  void tellsByTheStatusWhetherTheProcessIsLiveAndReady() throws Exception {
    assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(200);
    ready.set(false);
    assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(503);
    live.set(false);
    assertThat(send("HEAD", "/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void hasNothingElse() throws Exception {
    for (String path : List.of("/", "/metricsX", "/metrics/more", "/health")) {
      assertThat(send("GET", path).statusCode()).isEqualTo(404);
    }
    assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  /** Connections beyond the bound are closed, those that say nothing too. */
  @Test
  void answersAgainWhenManyClientsThatSaidNothingHaveLeft() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    }
    for (Socket one : silent) {
      one.close();
    }
    while (true) {
      try {
        if (send("GET", "/health/live").statusCode() == 200) {
          return;
        }
      } catch (IOException refused) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  @Test
  void isGoneOnceClosed() {
    server.close();
    assertThatThrownBy(() -> send("GET", "/metrics")).isInstanceOf(ConnectException.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("test-metrics-") && !thread.isDaemon())
        .allSatisfy(thread -> assertThat(thread.join(Duration.ofSeconds(5))).isTrue());
  }

  @Test
  void namesThePortThatIsTakenAndTheAddressThatIsNotOurs() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> open(Map.of("SKYWIRE_METRICS_PORT", "" + port)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessage(
              "SKYWIRE_METRICS_PORT is '"
                  + port
                  + "'; expected a free port: Address already in use");
    }
    assertThatThrownBy(() -> open(Map.of("SKYWIRE_BIND", "192.0.2.1")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("SKYWIRE_BIND is '192.0.2.1'; expected an address");
  }

  @Test
  void namesAndDefaultsAreTheDocumentedOnes() {
    MetricsSettings settings = MetricsSettings.from(new Variables(Map.of()));
    assertThat(settings.port()).isZero();
    assertThat(settings.bind().getHostAddress()).isEqualTo("0.0.0.0");
    for (String wrong : List.of("x", "-1", "65536")) {
      assertThatThrownBy(
              () -> MetricsSettings.from(new Variables(Map.of("SKYWIRE_METRICS_PORT", wrong))))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessage(
              "SKYWIRE_METRICS_PORT is '" + wrong + "'; expected a whole number from 0 to 65535");
    }
  }

  private void open(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.putIfAbsent("SKYWIRE_BIND", "127.0.0.1");
    MetricsServer.open(
            "second",
            MetricsSettings.from(new Variables(all)),
            metrics,
            new Probes(live::get, ready::get))
        .close();
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
