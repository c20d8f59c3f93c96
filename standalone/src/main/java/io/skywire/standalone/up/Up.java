package io.skywire.standalone.up;

import io.skywire.api.ApiProcess;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.common.database.Migrations;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.lifecycle.StopSignals;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.ingester.IngesterProcess;
import io.skywire.sink.SinkProcess;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.Ports;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The whole pipeline in this JVM: starts the embedded broker and database, the simulated relay if
 * asked for, and the three processes; shows how they do; stops all of it in the opposite order at a
 * signal. The caller holds the data folder's lock and the thread until it is over. A fatal error of
 * the ingester or the sink stops that process alone; one of the broker ends everything.
 */
public final class Up {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final Duration PROCESS_STOP_MAX = Duration.ofSeconds(6);
  private static final Duration SERVER_STOP_MAX = Duration.ofSeconds(12);
  private static final Duration FIRST_EVENT_STOP_MAX = Duration.ofSeconds(3);
  private static final Duration DATABASE_WAIT = Duration.ofSeconds(5);

  private final UpSettings settings;
  private final DataFolder folder;
  private final @Nullable DemoRelay demo;
  private final boolean untilReadable;
  private final Screen screen;
  private final StopSignals signals;

  /**
   * @param demo null to follow the relay of the settings
   * @param untilReadable whether to end, with status 0, as soon as the API shows an event
   */
  public Up(
      UpSettings settings,
      DataFolder folder,
      @Nullable DemoRelay demo,
      boolean untilReadable,
      Screen screen,
      StopSignals signals) {
    this.settings = settings;
    this.folder = folder;
    this.demo = demo;
    this.untilReadable = untilReadable;
    this.screen = screen;
    this.signals = signals;
  }

  /** Answers the exit status, after everything was stopped. */
  public int run() throws IOException {
    int status;
    try (StopInOrder running = new StopInOrder()) {
      status = run(running);
    }
    screen.line(status == DONE ? "stopped; everything is kept in " + folder.path() : "stopped");
    return status;
  }

  private int run(StopInOrder running) throws IOException {
    if (!settings.ignored().isEmpty()) {
      screen.line("ignored, since `up` brings its own: " + String.join(", ", settings.ignored()));
    }
    screen.line("starting in " + folder.path() + " ...");
    Ports ports = Ports.choose(folder);
    CompletableFuture<EmbeddedKafka> startingKafka =
        CompletableFuture.supplyAsync(() -> EmbeddedKafka.start(folder.kafka(), ports.kafka()));
    CompletableFuture<EmbeddedPostgresServer> startingPostgres =
        CompletableFuture.supplyAsync(
            () -> EmbeddedPostgresServer.start(folder.postgres(), ports.postgres()));
    // Both are to be stopped even when one of them does not start.
    running.add("postgres", () -> startingPostgres.join().close(), SERVER_STOP_MAX);
    running.add("kafka", () -> startingKafka.join().close(), SERVER_STOP_MAX);
    EmbeddedPostgresServer postgres = started(startingPostgres);
    DataSource database =
        running.add(
            "database", Database.open(postgres.url(), "up", 2, DATABASE_WAIT), PROCESS_STOP_MAX);
    Migrations.migrate(database);
    Map<String, String> addresses = settings.addresses(ports, postgres, folder.secret());
    addresses.putAll(demo == null ? settings.relay() : demo.variables(ports.relay()));
    // Commands must find us as soon as the api answers.
    RunningUp.announce(folder, addresses);
    running.add("announcement", () -> RunningUp.withdraw(folder), PROCESS_STOP_MAX);
    Metrics metrics = running.add("metrics", Metrics.open(), PROCESS_STOP_MAX);
    metrics.watchDisk(folder.path());
    // The api needs no Kafka, which takes its time to start.
    ApiProcess api =
        running.add(
            "api", ApiProcess.start(settings.forProcesses(addresses), metrics), PROCESS_STOP_MAX);
    EmbeddedKafka kafka = started(startingKafka);
    if (signals.isAsked()) {
      return DONE;
    }

    if (demo != null) {
      running.add(
          "relay",
          demo.start(folder.relay(), InetAddress.getLoopbackAddress(), ports.relay()),
          PROCESS_STOP_MAX);
    }
    Variables variables = settings.forProcesses(addresses);
    RunningProcess sink =
        running.add("sink", SinkProcess.start(variables, metrics), PROCESS_STOP_MAX);
    RunningProcess ingester =
        running.add("ingester", IngesterProcess.start(variables, metrics), PROCESS_STOP_MAX);

    addresses.put("PORT", Integer.toString(api.port()));
    RunningUp.announce(folder, addresses);
    URI url = URI.create("http://localhost:" + api.port());
    String token = welcome(url, database, addresses);

    StatusDisplay display =
        running.add(
            "status",
            new StatusDisplay(
                screen, addresses.getOrDefault("RELAY_URL", ""), new StatusQuery(database)),
            PROCESS_STOP_MAX);
    display.watchIngester(ingester.done());
    tellFailure("ingester", ingester.done().toCompletableFuture(), "api and sink go on");
    tellFailure("sink", sink.done().toCompletableFuture(), "api and ingester go on");
    display.start();
    if (!untilReadable) {
      return awaitEnd(signals.asked(), kafka);
    }
    if (token == null) {
      return FAILED;
    }
    LoopThread first =
        running.add(
            "first event",
            new LoopThread("up-first-event", new FirstEvent(url, token), FIRST_EVENT_STOP_MAX),
            PROCESS_STOP_MAX);
    first.start();
    // Without one of these no event can come.
    CompletableFuture<?> readable =
        CompletableFuture.anyOf(
            first.done().toCompletableFuture(),
            ingester.done().toCompletableFuture(),
            sink.done().toCompletableFuture());
    return awaitEnd(CompletableFuture.anyOf(signals.asked(), readable), kafka);
  }

  /** Until it is to end, or until the broker gives up. */
  private int awaitEnd(CompletableFuture<?> end, EmbeddedKafka kafka) {
    try {
      CompletableFuture.anyOf(end, kafka.done()).join();
      return DONE;
    } catch (CompletionException failed) {
      screen.failure(
          StatusDisplay.message(failed) + (screen.isForPeople() ? " (" + folder.log() + ")" : ""));
      return FAILED;
    }
  }

  private void tellFailure(String process, CompletableFuture<Void> done, String rest) {
    done.whenComplete((nothing, failure) -> {
      if (failure != null && !signals.isAsked()) {
        screen.failure(
            "the " + process + " stopped: " + StatusDisplay.message(failure) + " (" + rest + ")");
      }
    });
  }

  /** Answers the token, null when there is none. */
  private @Nullable String welcome(URI url, DataSource database, Map<String, String> addresses)
      throws IOException {
    screen.line("");
    try {
      TokenStore tokens = new TokenStore(database, folder.secret());
      String token = UpToken.of(folder, tokens);
      if (!screen.isForPeople()) {
        screen.line(
            "readable at " + url + "; topic at " + addresses.get("KAFKA_BOOTSTRAP_SERVERS"));
        return token;
      }
      screen.line("token      " + token);
      screen.line("events     " + url + "/api/events?since=0");
      screen.line("health     " + url + "/api/health");
      screen.line("dashboard  " + url + "/dashboard (sign in with the token)");
      screen.line("metrics    " + url + "/metrics");
      screen.line("topic      skywire.events at " + addresses.get("KAFKA_BOOTSTRAP_SERVERS"));
      screen.line("log        " + folder.log());
      screen.line("");
      screen.line("curl -H 'Authorization: Bearer " + token + "' '" + url + "/api/events?since=0'");
      return token;
    } catch (SQLException failed) {
      screen.failure("no token: " + StatusDisplay.message(failed));
      return null;
    } finally {
      screen.line("");
    }
  }

  private static <T> T started(CompletableFuture<T> starting) {
    try {
      return starting.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof EmbeddedServerException reason) {
        throw reason;
      }
      throw failed;
    }
  }
}
