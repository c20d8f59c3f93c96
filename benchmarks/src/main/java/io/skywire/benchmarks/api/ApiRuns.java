package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.CpuTime;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.NodePeers;
import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.PostgresServer;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.database.DatabaseUrl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.postgresql.PGConnection;

/**
 * The contest of the two stages that count answers: the api, and servers on Node, each started anew
 * for a run, on a fresh copy of the same database.
 */
final class ApiRuns implements Stage.Contest {
  static final Packages PEERS = Packages.npm("api");

  private static final Metric P99 = Metric.lower("p99", "ms");
  private static final Metric SERVER_CPU = Metric.lower("CPU of the server, an answer", "ms");
  private static final Metric POSTGRES_CPU = Metric.lower("CPU of PostgreSQL, an answer", "ms");
  private static final Metric ARRIVED = Metric.higher("came in", "events/s");
  private static final Metric SPEED = Metric.higher("", "answers/s");
  private static final Metric FILLED = Metric.higher("with events", "answers/s");
  private static final Metric NEWEST = Metric.higher("of a hundred of the newest", "pages/s");
  private static final int NEWEST_EVENTS = 500;
  private static final int NEWEST_RANGE = 1_500;
  private static final int NEWEST_CLIENTS = 8;
  private static final Metric DELIVERED = Metric.higher("delivered to all", "events/s");
  private static final Metric EVENTS = Metric.higher("", "events/s");
  private static final Metric SERVER_CPU_MILLION =
      Metric.lower("CPU of the server, a million events", "s");
  private static final Duration FOLLOWED_MAX = Duration.ofMinutes(5);
  private static final int WARM_UP_READS = 4;
  private static final int ROWS_QUICK = 5_000;
  private static final String COPY = "fresh";

  private final Workbench workbench;
  private final Path folder;
  private final Shared.Lease<StoredEvents> stored;
  private final PostgresServer postgres;
  private final EventDatabase original;
  private final String token;
  private final List<Contender> contenders = new ArrayList<>();

  private ApiRuns(Workbench workbench, Shared.Lease<StoredEvents> stored) {
    this.workbench = workbench;
    this.folder = workbench.newFolder("api");
    this.stored = stored;
    this.postgres = stored.part().postgres();
    this.original = stored.part().original();
    this.token = stored.part().token();
  }

  /**
   * @param rows that there are to read; in a quick run they are few
   */
  static ApiRuns prepare(Workbench workbench, int rows) throws IOException, InterruptedException {
    return new ApiRuns(workbench, StoredEvents.lease(workbench, workbench.size(rows, ROWS_QUICK)));
  }

  EventDatabase original() {
    return original;
  }

  /** What a stage does with a server that is up. */
  @FunctionalInterface
  interface Load {
    Map<Metric, Double> on(PageServer server, EventDatabase database) throws Exception;
  }

  @FunctionalInterface
  private interface Start {
    PageServer on(DatabaseUrl database) throws IOException, InterruptedException;
  }

  void add(Contender contender) {
    contenders.add(contender);
  }

  /** Each server that there is takes part with this. */
  void servers(Load load) {
    add(
        Contender.skywire(
            "Skywire",
            () ->
                run(
                    StoredEvents.COMPRESSED,
                    database -> PageServer.skywire(workbench, database, token, folder),
                    load)));
    Map<String, String> variants = new LinkedHashMap<>();
    variants.put("Fastify and pg on Node", "objects");
    variants.put("Fastify and pg on Node, JSON not parsed", "text");
    try {
      NodePeers peers = NodePeers.of(workbench, PEERS);
      variants.forEach((name, variant) ->
          add(
              Contender.peer(
                  name,
                  () ->
                      run(
                          StoredEvents.ORIGINAL,
                          database -> PageServer.node(peers, variant, database, token, folder),
                          load))));
    } catch (IOException notToBeHad) {
      String why = String.valueOf(notToBeHad.getMessage());
      variants.keySet().forEach(name -> add(Contender.absent(name, Contender.Role.PEER, why)));
    }
  }

  /** Clients that read anywhere. */
  Map<Metric, Double> read(PageServer server, EventDatabase database, int clients)
      throws IOException {
    long rows = database.layout().rows();
    try (HttpLoad load =
        HttpLoad.open(server.port(), token, randomReaders(() -> rows, rows, clients))) {
      Map<Metric, Double> figures = new LinkedHashMap<>();
      measured(server, load, figures);
      return figures;
    }
  }

  private static List<RandomReader> randomReaders(LongSupplier last, long events, int clients) {
    return IntStream.range(0, clients)
        .mapToObj(seed -> new RandomReader(last, events, seed))
        .toList();
  }

  /** Clients that follow what comes in; then others that read full pages of what has just come. */
  Map<Metric, Double> follow(PageServer server, EventDatabase database, int clients)
      throws Exception {
    long rows = database.layout().rows();
    List<TailReader> readers =
        LongStream.range(0, clients).mapToObj(client -> new TailReader(rows)).toList();
    try (Arrivals arrivals = Arrivals.start(database, isCompressed(database));
        HttpLoad load = HttpLoad.open(server.port(), token, readers)) {
      Map<Metric, Double> figures = new LinkedHashMap<>();
      HttpLoad.Measured measured = measured(server, load, figures);
      figures.put(FILLED, measured.filledPerSecond());
      figures.put(DELIVERED, measured.eventsPerSecond());
      figures.put(NEWEST, newestPages(server, arrivals));
      long come = arrivals.stop();
      figures.put(ARRIVED, arrivals.perSecond());
      // Whatever had come by then is there for the asking: pages of a hundred, until all have it.
      long deadline = System.nanoTime() + FOLLOWED_MAX.toNanos();
      while (readers.stream().anyMatch(reader -> reader.since() < come)) {
        if (load.run(Duration.ZERO).answers() != clients) {
          throw new IOException("not everybody has got an answer");
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "not everybody has got event %,d within %s".formatted(come, FOLLOWED_MAX));
        }
      }
      return figures;
    }
  }

  /** A second old at least, so that they are full, and four at most. */
  private double newestPages(PageServer server, Arrivals arrivals) throws IOException {
    List<RandomReader> readers =
        randomReaders(() -> arrivals.last() - NEWEST_EVENTS, NEWEST_RANGE, NEWEST_CLIENTS);
    try (HttpLoad load = HttpLoad.open(server.port(), token, readers)) {
      load.run(Duration.ofMillis(workbench.size(5_000, 100)));
      return load.run(Duration.ofMillis(workbench.size(10_000, 300))).answersPerSecond();
    }
  }

  /** Clients that take in the whole table, after some that have done so to warm up. */
  Map<Metric, Double> stream(int clients) throws Exception {
    return run(
        StoredEvents.COMPRESSED,
        database -> PageServer.skywire(workbench, database, token, folder),
        (server, database) -> {
          long rows = database.layout().rows();
          // A server runs for weeks; this one is compiled as well by then.
          for (int read = 0; read < workbench.size(WARM_UP_READS, 1); read++) {
            new StreamReader(server.port(), token, rows).call();
          }
          Duration serverBefore = server.cpuTime();
          long start = System.nanoTime();
          long events = 0;
          try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<StreamReader> readers =
                IntStream.range(0, clients)
                    .mapToObj(client -> new StreamReader(server.port(), token, rows))
                    .toList();
            for (Future<Long> reader : threads.invokeAll(readers)) {
              events += reader.get();
            }
          }
          double seconds = (System.nanoTime() - start) / 1e9;
          Duration ofServer = server.cpuTime().minus(serverBefore);
          Map<Metric, Double> figures = new LinkedHashMap<>();
          figures.put(EVENTS, events / seconds);
          figures.put(SERVER_CPU_MILLION, CpuTime.millis(ofServer) * 1e3 / events);
          return figures;
        });
  }

  /** The compressed rows as PostgreSQL sends them at its fastest. */
  Map<Metric, Double> copyOut() throws Exception {
    DatabaseUrl url = postgres.create(COPY, StoredEvents.COMPRESSED);
    try (Connection connection = new EventDatabase(url, original.layout()).connect()) {
      copyOut(connection);
      long start = System.nanoTime();
      long rows = copyOut(connection);
      if (rows != original.layout().rows()) {
        throw new IOException("%,d rows of %,d".formatted(rows, original.layout().rows()));
      }
      return Map.of(EVENTS, rows / ((System.nanoTime() - start) / 1e9));
    } finally {
      postgres.drop(COPY);
    }
  }

  private static long copyOut(Connection connection) throws SQLException, IOException {
    return connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            """
            copy (select seq, event_bytes, event_zstd from firehose_events order by seq)
            to stdout (format binary)
            """,
            OutputStream.nullOutputStream());
  }

  /** The query without a server. */
  Map<Metric, Double> query(RawQuery query) throws Exception {
    return Map.of(SPEED, query.run(folder, warmUp(), Duration.ofSeconds(workbench.size(10, 1))));
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  @Override
  public void close() {
    stored.close();
  }

  private Map<Metric, Double> run(String of, Start start, Load load) throws Exception {
    DatabaseUrl url = postgres.create(COPY, of);
    try (PageServer server = start.on(url)) {
      return load.on(server, new EventDatabase(url, original.layout()));
    } finally {
      postgres.drop(COPY);
    }
  }

  private static boolean isCompressed(EventDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select 1 from event_dictionaries")) {
      return row.next();
    }
  }

  private HttpLoad.Measured measured(PageServer server, HttpLoad load, Map<Metric, Double> figures)
      throws IOException {
    load.run(warmUp());
    Duration serverBefore = server.cpuTime();
    Duration postgresBefore = postgres.cpuTime();
    HttpLoad.Measured measured = load.run(Duration.ofMillis(workbench.size(10_000, 300)));
    Duration ofServer = server.cpuTime().minus(serverBefore);
    Duration ofPostgres = postgres.cpuTime().minus(postgresBefore);
    figures.put(SPEED, measured.answersPerSecond());
    figures.put(P99, measured.quantile(0.99));
    figures.put(SERVER_CPU, CpuTime.millis(ofServer) / measured.answers());
    figures.put(POSTGRES_CPU, CpuTime.millis(ofPostgres) / measured.answers());
    return measured;
  }

  private Duration warmUp() {
    return Duration.ofMillis(workbench.size(20_000, 100));
  }
}
