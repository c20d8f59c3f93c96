package io.skywire.standalone.up;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.ApiProcess;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.common.database.Migrations;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.IngesterProcess;
import io.skywire.sink.SinkProcess;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.Ports;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole pipeline in this JVM: embedded servers in a data folder whose lock the caller holds,
 * and the three processes. Closing stops them in the order of the data's way, each in bounded time.
 */
public final class Standalone implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Standalone.class);

  private static final String INSTANCE = "up";
  private static final String TOKEN_NAME = "up";

  private final DataFolder folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, String> variables;
  private @Nullable HikariDataSource database;
  private @Nullable IngesterProcess ingester;
  private String token = "";

  private Standalone(DataFolder folder, Map<String, String> environment) {
    this.folder = folder;
    this.variables = new HashMap<>(environment);
  }

  /**
   * @param demo the relay simulator's settings; null for the relay that {@code RELAY_URL} names
   * @throws InvalidSettingException when a variable does not fit, or the port is taken
   */
  public static Standalone start(
      DataFolder folder, Map<String, String> environment, @Nullable SimulatorSettings demo)
      throws IOException, SQLException {
    Standalone standalone = new Standalone(folder, environment);
    try {
      standalone.open(demo);
      return standalone;
    } catch (IOException | SQLException | RuntimeException failure) {
      standalone.close();
      throw failure;
    }
  }

  public HikariDataSource database() {
    if (database == null) {
      throw new IllegalStateException("not started");
    }
    return database;
  }

  /** Of a token that works; the same at the next start, unless it was revoked. */
  public String token() {
    return token;
  }

  /** Completes when the ingester has ended; API and sink go on without it. */
  public CompletionStage<Void> ingesterDone() {
    return ingester == null ? new CompletableFuture<>() : ingester.done();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        // One part that cannot stop must not keep the others from it.
        log.warn("a part did not stop", failure);
      }
    }
  }

  private void open(@Nullable SimulatorSettings demo) throws IOException, SQLException {
    int port = new Variables(variables).count("PORT", 4000, 1, 65_535);
    if (!FreePort.isFree(port)) {
      throw new InvalidSettingException(
          "PORT", Integer.toString(port), "a free port: another program listens on it");
    }
    variables.keySet().removeIf(name -> name.startsWith("SPRING_KAFKA_"));
    variables.put("SECRET_KEY_BASE", folder.secret());
    variables.put("SKYWIRE_INSTANCE", INSTANCE);
    Ports ports = Ports.choose(folder);
    CompletableFuture<EmbeddedKafka> kafka =
        CompletableFuture.supplyAsync(() -> EmbeddedKafka.start(folder.kafka(), ports.kafka()));
    parts.push(() -> kafka.join().close());
    EmbeddedPostgresServer postgres =
        EmbeddedPostgresServer.start(folder.postgres(), ports.postgres());
    parts.push(postgres);
    variables.put("DATABASE_URL", postgres.url().toUrl());
    HikariDataSource pool = Database.open(postgres.url(), "skywire-up", 2, Duration.ofSeconds(10));
    parts.push(pool);
    database = pool;
    Migrations.migrate(pool);
    variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.join().bootstrapServers());
    if (demo != null) {
      RelaySimulator relay =
          RelaySimulator.start(demo.withPort(ports.relay()).withFolder(folder.relay()));
      parts.push(relay);
      variables.put("RELAY_URL", relay.uri().toString());
      variables.put("RELAY_START", "oldest");
      // Its port may change; its seqs do not.
      variables.put("SKYWIRE_RELAY_NAME", "simulator");
    }
    startProcesses();
    token = keptToken(new TokenStore(pool, folder.secret()));
    RunningUp.announce(folder, announced());
    parts.push(() -> RunningUp.withdraw(folder));
  }

  private void startProcesses() {
    Variables all = new Variables(variables);
    parts.push(ApiProcess.start(all));
    parts.push(SinkProcess.start(all));
    ingester = IngesterProcess.start(all);
    parts.push(ingester);
  }

  private Map<String, String> announced() {
    Map<String, String> announced = new HashMap<>();
    for (String name :
        new String[] {
          "DATABASE_URL",
          "KAFKA_BOOTSTRAP_SERVERS",
          "SECRET_KEY_BASE",
          "RELAY_URL",
          "SKYWIRE_RELAY_NAME"
        }) {
      String value = variables.get(name);
      if (value != null) {
        announced.put(name, value);
      }
    }
    return announced;
  }

  private String keptToken(TokenStore tokens) throws IOException, SQLException {
    String kept = folder.token();
    if (kept != null && tokens.find(kept) != null) {
      return kept;
    }
    tokens.revoke(TOKEN_NAME);
    String made = tokens.create(TOKEN_NAME);
    folder.keepToken(made);
    return made;
  }
}
