package io.skywire.benchmarks.api;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page's query and nothing around it, prepared, by eight clients: with {@code pgbench} where the
 * machine has it, else with as many threads of JDBC.
 */
final class RawQuery {
  private static final int CLIENTS = 8;
  private static final Duration END_MAX = Duration.ofSeconds(30);

  /** As short as pgbench runs. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final Pattern SPEED = Pattern.compile("(?m)^tps = ([0-9.]+)");

  private final EventDatabase database;
  private final @Nullable Path pgbench;

  RawQuery(EventDatabase database) {
    this.database = database;
    this.pgbench = find().orElse(null);
  }

  String name() {
    return pgbench == null ? "the query alone, JDBC" : "the query alone, pgbench";
  }

  /** Answers how many queries a second there were, after a time that is not counted. */
  double run(Path folder, Duration warmUp, Duration time) throws Exception {
    try (Connection connection = database.connect()) {
      // pgbench does not look at what it gets.
      query(connection, sinceAny());
    }
    once(folder, warmUp.compareTo(SECOND) < 0 ? SECOND : warmUp);
    return once(folder, time);
  }

  private double once(Path folder, Duration time) throws Exception {
    return pgbench == null ? jdbc(time) : pgbench(pgbench, folder, time);
  }

  private double pgbench(Path program, Path folder, Duration time) throws IOException {
    Path script = folder.resolve("page.sql");
    Files.writeString(
        script,
        "\\set since random(0, %d)\n%s\n".formatted(sinceMax(), sql(":since").replace('\n', ' ')));
    DatabaseUrl url = database.url();
    List<String> words = new ArrayList<>(List.of(program.toString(), "-n", "-M", "prepared"));
    words.addAll(List.of("-c", "" + CLIENTS, "-j", "2", "-T", "" + time.toSeconds()));
    words.addAll(List.of("-h", url.host(), "-p", "" + url.port(), "-U", url.user()));
    words.addAll(List.of("-f", script.toString(), url.database()));
    Path log = Files.createTempFile(folder, "pgbench-", ".log");
    ChildCommand command =
        new ChildCommand(
            "pgbench",
            words,
            Map.of("PGPASSWORD", url.password(), "PGOPTIONS", PageServer.GENERIC_PLANS),
            log);
    try (ChildProcess process = ChildProcess.start(command)) {
      int status = process.awaitExit(time.plus(END_MAX));
      String printed = Files.readString(log);
      if (status != 0) {
        throw new IOException("pgbench ended with " + status + ": " + printed.strip());
      }
      return tps(printed);
    }
  }

  private static double tps(String printed) throws IOException {
    Matcher matcher = SPEED.matcher(printed);
    if (!matcher.find()) {
      throw new IOException("pgbench says: " + printed.strip());
    }
    return Double.parseDouble(matcher.group(1));
  }

  private double jdbc(Duration time) throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    List<Future<Long>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int client = 0; client < CLIENTS; client++) {
        clients.add(threads.submit(() -> queries(start + time.toNanos())));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long queries = 0;
    for (Future<Long> client : clients) {
      queries += client.get();
    }
    return queries / seconds;
  }

  private long queries(long deadline) throws SQLException {
    long queries = 0;
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set plan_cache_mode = force_generic_plan");
      while (System.nanoTime() < deadline) {
        query(connection, sinceAny());
        queries++;
      }
    }
    return queries;
  }

  private static void query(Connection connection, long since) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql("?"))) {
      select.setLong(1, since);
      try (ResultSet rows = select.executeQuery()) {
        long seq = since;
        while (rows.next()) {
          seq++;
          if (rows.getLong("seq") != seq) {
            throw new SQLException("after seq %d came %d".formatted(since, rows.getLong("seq")));
          }
        }
        if (seq != since + RandomReader.LIMIT) {
          throw new SQLException("after seq %d came %d rows".formatted(since, seq - since));
        }
      }
    }
  }

  private static String sql(String since) {
    return """
    select seq, event
    from firehose_events
    where seq > %s
    order by seq
    limit %d\
    """
        .formatted(since, RandomReader.LIMIT);
  }

  private long sinceAny() {
    return ThreadLocalRandom.current().nextLong(sinceMax() + 1);
  }

  private long sinceMax() {
    return database.layout().rows() - RandomReader.LIMIT;
  }

  /** On the path, or where Debian puts it. */
  private static Optional<Path> find() {
    String path = System.getenv().getOrDefault("PATH", "");
    Stream<Path> onPath = Stream.of(path.split(File.pathSeparator)).map(Path::of);
    return Stream.concat(onPath, debian().stream())
        .map(folder -> folder.resolve("pgbench"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static List<Path> debian() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions.map(version -> version.resolve("bin")).toList();
    } catch (IOException none) {
      return List.of();
    }
  }
}
