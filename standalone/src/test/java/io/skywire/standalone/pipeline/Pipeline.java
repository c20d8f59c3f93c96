package io.skywire.standalone.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.api.ApiProcess;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterProcess;
import io.skywire.ingester.Patience;
import io.skywire.sink.SinkProcess;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ingester, sink and api in this JVM, each of which a test may stop and start again. */
final class Pipeline implements AutoCloseable {
  private static final String SECRET = "a secret for tests that is long enough for an HMAC";

  private final Map<String, String> variables = new HashMap<>();
  private final InstantSource clock;
  private final Patience patience;
  private final HikariDataSource database;
  private IngesterProcess ingester;
  private SinkProcess sink;
  private @Nullable SinkProcess secondSink;
  private final ApiProcess api;
  private final String token;

  Pipeline(Servers servers, URI relay, int partitions) throws SQLException {
    this(servers, relay, partitions, InstantSource.system(), Map.of());
  }

  /**
   * @param clock of ingester and sink
   * @param settings further variables
   */
  Pipeline(
      Servers servers, URI relay, int partitions, InstantSource clock, Map<String, String> settings)
      throws SQLException {
    this(servers, relay, partitions, clock, settings, Patience.defaults());
  }

  /**
   * @param patience of the ingester
   */
  Pipeline(
      Servers servers,
      URI relay,
      int partitions,
      InstantSource clock,
      Map<String, String> settings,
      Patience patience)
      throws SQLException {
    this.clock = clock;
    this.patience = patience;
    variables.putAll(settings);
    variables.put("KAFKA_BOOTSTRAP_SERVERS", servers.bootstrapServers());
    variables.put("DATABASE_URL", servers.database().toUrl());
    variables.put("RELAY_URL", relay.toString());
    variables.put("RELAY_START", "oldest");
    variables.put("SECRET_KEY_BASE", SECRET);
    variables.put("SKYWIRE_EVENT_PARTITIONS", Integer.toString(partitions));
    variables.put("SKYWIRE_INSTANCE", "test");
    variables.put("SKYWIRE_BIND", "127.0.0.1");
    variables.put("PORT", "0");
    database = Database.open(servers.database(), "test", 4, Duration.ofSeconds(10));
    ingester = IngesterProcess.start(settings(), clock, patience);
    sink = SinkProcess.start(settings(), clock);
    api = ApiProcess.start(settings());
    token = new TokenStore(database, SECRET).create("test");
  }

  /** Where the api is. */
  URI api() {
    return uri(api);
  }

  String token() {
    return token;
  }

  Reader reader() {
    return reader(api);
  }

  Reader reader(ApiProcess of) {
    return new Reader(uri(of), token);
  }

  private static URI uri(ApiProcess of) {
    return URI.create("http://127.0.0.1:" + of.port());
  }

  /** Another api, which reads from a standby. */
  ApiProcess startApi(DatabaseUrl standby) {
    Map<String, String> its = new HashMap<>(variables);
    its.put("DATABASE_URL", standby.toUrl());
    its.put("SKYWIRE_MIGRATE", "false");
    return ApiProcess.start(new Variables(its));
  }

  /** What the ingester counts under this name and reason, since it was started. */
  double ingesterCount(String name, String... tags) {
    return sum(ingester.metrics(), name, tags);
  }

  double sinkCount(String name, String... tags) {
    return sum(sink.metrics(), name, tags);
  }

  private static double sum(MeterRegistry registry, String name, String... tags) {
    return registry.get(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  HikariDataSource database() {
    return database;
  }

  void restartIngester() {
    stopIngester();
    startIngester();
  }

  void stopIngester() {
    ingester.close();
  }

  void startIngester() {
    ingester = IngesterProcess.start(settings(), clock, patience);
  }

  void stopSink() {
    sink.close();
  }

  void startSink() {
    sink = SinkProcess.start(settings(), clock);
  }

  /** Another sink, which takes its share of the partitions and stores at a pace of its own. */
  void startSecondSink() {
    Map<String, String> its = new HashMap<>(variables);
    its.put("SKYWIRE_INSTANCE", "second");
    secondSink = SinkProcess.start(new Variables(its), clock);
  }

  @Override
  public void close() {
    ingester.close();
    sink.close();
    if (secondSink != null) {
      secondSink.close();
    }
    api.close();
    database.close();
  }

  private Variables settings() {
    return new Variables(variables);
  }
}
