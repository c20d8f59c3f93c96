package io.skywire.benchmarks.api;

import io.skywire.benchmarks.CpuTime;
import io.skywire.benchmarks.LauncherFlags;
import io.skywire.benchmarks.NodePeers;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process that serves {@code /api/events} of a database: the api as the launcher starts it, or a
 * peer. Each has ten connections to the database, which is the api's default.
 */
final class PageServer implements AutoCloseable {
  /** As libpq's PGOPTIONS has it: what the api sets for itself, for those who do not. */
  static final String GENERIC_PLANS = "-c plan_cache_mode=force_generic_plan";

  private static final Duration START_MAX = Duration.ofMinutes(3);
  private static final long AGAIN_MILLIS = 50;
  private static final String CONNECTIONS = "10";
  private static final int OK = 200;

  private final ChildProcess process;
  private final int port;

  private PageServer(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static PageServer skywire(Workbench workbench, DatabaseUrl database, String token, Path folder)
      throws IOException, InterruptedException {
    int port = FreePort.lasting();
    return start(
        ChildCommand.java(
            "api",
            Skywire.class.getName(),
            workbench.jvm(LauncherFlags.API),
            List.of("api"),
            Map.of(
                "DATABASE_URL",
                database.toUrl(),
                "SECRET_KEY_BASE",
                EventDatabase.SECRET,
                "SKYWIRE_BIND",
                "127.0.0.1",
                "SKYWIRE_API_CONNECTIONS",
                CONNECTIONS,
                "SKYWIRE_API_REQUESTS_PER_MINUTE",
                Integer.toString(Integer.MAX_VALUE),
                "PORT",
                Integer.toString(port)),
            folder.resolve("api-" + port + ".log")),
        port,
        token);
  }

  static PageServer node(
      NodePeers peers, String variant, DatabaseUrl database, String token, Path folder)
      throws IOException, InterruptedException {
    int port = FreePort.lasting();
    return start(
        peers.command(
            "pages.mjs",
            List.of(variant),
            Map.of(
                "PGHOST", database.host(),
                "PGPORT", Integer.toString(database.port()),
                "PGDATABASE", database.database(),
                "PGUSER", database.user(),
                "PGPASSWORD", database.password(),
                "PGOPTIONS", GENERIC_PLANS,
                "TOKEN", token,
                "CONNECTIONS", CONNECTIONS,
                "PORT", Integer.toString(port)),
            folder.resolve("node.log")),
        port,
        token);
  }

  int port() {
    return port;
  }

  Duration cpuTime() {
    return ProcessHandle.of(process.pid()).map(CpuTime::of).orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.close();
  }

  private static PageServer start(ChildCommand command, int port, String token)
      throws IOException, InterruptedException {
    PageServer server = new PageServer(ChildProcess.start(command), port);
    try {
      server.awaitAnswer(token);
      return server;
    } catch (IOException | InterruptedException failed) {
      server.close();
      throw failed;
    }
  }

  private void awaitAnswer(String token) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/api/events?since=0&limit=1"))
            .header("Authorization", "Bearer " + token)
            .timeout(START_MAX)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!answers(client, request)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(
              process.command().name()
                  + " does not answer: "
                  + Files.readString(process.command().log()).strip());
        }
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }

  private static boolean answers(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException notYet) {
      return false;
    }
  }
}
