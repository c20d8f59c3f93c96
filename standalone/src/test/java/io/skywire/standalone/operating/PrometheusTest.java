package io.skywire.standalone.operating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.api.ApiProcess;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus, with the example's settings and the alerts of {@code ops}, beside an api. */
@Timeout(240)
class PrometheusTest {
  private static final Path OPS = Path.of("..", "ops", "prometheus").toAbsolutePath().normalize();
  private static final String DATABASE_AWAY = "SkywireDatabaseAway";

  @TempDir private Path folder;

  private final int port = FreePort.any();

  @Test
  void scrapesAnApiAndAlertsWhileItsDatabaseIsAway() throws Exception {
    assumeTrue(Promtool.isInstalled("prometheus"), "skipped: prometheus is not installed");
    try (EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
        TcpProxy line = TcpProxy.to(postgres.url().port(), WireProtocol.POSTGRES);
        ApiProcess api = ApiProcess.start(variables(postgres.url(), line.port()));
        ChildProcess prometheus = start(api.port());
        HttpClient client = HttpClient.newHttpClient()) {
      await(prometheus, () -> apisHealth(client).equals("up"));
      assertThat(firing(client)).doesNotContain(DATABASE_AWAY);

      line.cut();
      await(prometheus, () -> firing(client).contains(DATABASE_AWAY));
      assertThat(apisHealth(client)).as("it is the database that is away").isEqualTo("up");

      line.heal();
      await(prometheus, () -> !firing(client).contains(DATABASE_AWAY));
    }
  }

  /** Of something that is asked of Prometheus, which is not there at once. */
  private interface Question {
    boolean isSo() throws IOException, InterruptedException;
  }

  private void await(ChildProcess prometheus, Question question) throws Exception {
    boolean isSo = false;
    while (!isSo) {
      assertThat(prometheus.isAlive()).as(Files.readString(log())).isTrue();
      TimeUnit.MILLISECONDS.sleep(200);
      try {
        isSo = question.isSo();
      } catch (IOException notYet) {
        // It starts.
      }
    }
  }

  private ChildProcess start(int apiPort) throws IOException {
    String example = Files.readString(OPS.resolve("prometheus.yml"));
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            example
                // Longer than an api takes to find that its database is away.
                .replace("15s", "5s")
                .replace("- alerts.yml", "- " + OPS.resolve("alerts.yml"))
                .replace("localhost:4000", "127.0.0.1:" + apiPort));
    return ChildProcess.start(
        new ChildCommand(
            "prometheus",
            List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port),
            Map.of(),
            log()));
  }

  private Path log() {
    return folder.resolve("log");
  }

  private String apisHealth(HttpClient client) throws IOException, InterruptedException {
    for (JsonNode target : ask(client, "targets").path("activeTargets")) {
      if (target.at("/labels/job").asString("").equals("skywire-api")) {
        return target.path("health").asString("");
      }
    }
    return "not asked yet";
  }

  private Set<String> firing(HttpClient client) throws IOException, InterruptedException {
    Set<String> firing = new HashSet<>();
    for (JsonNode alert : ask(client, "alerts").path("alerts")) {
      if (alert.path("state").asString("").equals("firing")) {
        firing.add(alert.at("/labels/alertname").asString(""));
      }
    }
    return firing;
  }

  /**
   * @see <a href="https://prometheus.io/docs/prometheus/latest/querying/api/">HTTP API</a>
   */
  private JsonNode ask(HttpClient client, String what) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + port + "/api/v1/" + what);
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("it answers " + answer.statusCode());
    }
    return JsonMapper.shared().readTree(answer.body()).path("data");
  }

  private static Variables variables(DatabaseUrl direct, int proxyPort) {
    DatabaseUrl proxied =
        new DatabaseUrl(
            direct.host(), proxyPort, direct.database(), direct.user(), direct.password(), "");
    return new Variables(
        Map.of(
            "DATABASE_URL",
            proxied.toUrl(),
            "SECRET_KEY_BASE",
            "a secret for tests that is long enough for an HMAC",
            "SKYWIRE_BIND",
            "127.0.0.1",
            "PORT",
            "0"));
  }
}
