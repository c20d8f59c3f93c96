package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole sink, asked as Prometheus and an orchestrator ask it. */
@Timeout(120)
class ProbesTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @Test
  @SuppressWarnings("try") // servers go away while the process goes on
  void isReadyWhileItReachesBothServersAndLiveAllTheTime() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
        SinkDatabase database = SinkDatabase.create();
        SinkProcess sink =
            SinkProcess.start(
                new Variables(
                    Map.of(
                        "DATABASE_URL",
                        database.url().toUrl(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        kafka.bootstrapServers(),
                        "SKYWIRE_BIND",
                        "127.0.0.1",
                        "SKYWIRE_METRICS_PORT",
                        Integer.toString(port))))) {
      // The status topic is the ingester's to make, or a sink's that is the first.
      await("/health/ready", 200);
      while (!get("/metrics")
          .body()
          .contains("skywire_sink_consumer_lag_records{partition=\"5\"} 0.0")) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertThat(get("/metrics").body())
          .contains("skywire_sink_kafka_reachable 1.0", "skywire_sink_database_reachable 1.0")
          .contains("skywire_sink_table_partitions_ahead ", "hikaricp_connections_active{pool=");

      kafka.close();
      await("/health/ready", 503);
      while (!get("/metrics").body().contains("skywire_sink_kafka_reachable 0.0")) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      assertThat(sink.done().toCompletableFuture()).isNotDone();
    }
  }

  private void await(String path, int status) throws Exception {
    while (get(path).statusCode() != status) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
