package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.PostgresServer;
import io.skywire.benchmarks.Results;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The contest of the growth stage: the same api on a small table and on larger ones, in one
 * PostgreSQL. The smallest one comes first, and the larger ones are compared with it. A round asks
 * all tables the same thing before it asks for the next one, so that they share the machine's mood.
 */
final class GrowthRuns implements Stage.Contest {
  /** Of the medians of all rounds: the largest of many ratios of one round would be noise. */
  private static final Metric WORST = Metric.lower("worst filter", "x the small table's time");

  private final Workbench workbench;
  private final Path folder;
  private final Shared.Lease<PostgresServer> postgres;
  private final List<Table> tables;
  private final List<Contender> contenders = new ArrayList<>();

  /** Of the round that goes on, by table; the first contender's run makes it. */
  private List<Map<Metric, Double>> round = List.of();

  private record Table(EventDatabase database, String token) {
    String name() {
      return "Skywire, %,d rows".formatted(rows());
    }

    long rows() {
      return database.layout().rows();
    }
  }

  private GrowthRuns(
      Workbench workbench, Shared.Lease<PostgresServer> postgres, List<Table> tables) {
    this.workbench = workbench;
    this.folder = workbench.newFolder("growth");
    this.postgres = postgres;
    this.tables = List.copyOf(tables);
    for (int number = 0; number < tables.size(); number++) {
      int table = number;
      contenders.add(
          Contender.skywire(
              tables.get(table).name(),
              () -> {
                if (table == 0) {
                  round = ask();
                }
                return round.get(table);
              }));
    }
  }

  /**
   * @param rows of each table, the smallest first, which the others are compared with
   */
  static GrowthRuns prepare(Workbench workbench, List<Long> rows)
      throws IOException, InterruptedException {
    Shared.Lease<PostgresServer> postgres = PostgresServer.lease(workbench);
    try {
      List<Table> tables = new ArrayList<>();
      for (long each : rows) {
        tables.add(fill(workbench, postgres.part(), "rows_" + each, each));
      }
      return new GrowthRuns(workbench, postgres, tables);
    } catch (SQLException refused) {
      postgres.close();
      throw new IOException("the events cannot be stored", refused);
    } catch (RuntimeException failed) {
      postgres.close();
      throw failed;
    }
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  /** For each larger table, how much longer the filter takes that suffers most. */
  @Override
  public Map<Contender, Map<Metric, Double>> derived(Results results) {
    Contender small = contenders.getFirst();
    Map<Contender, Map<Metric, Double>> derived = new LinkedHashMap<>();
    for (Contender large : contenders.subList(1, contenders.size())) {
      double worst =
          compared()
              .mapToDouble(metric ->
                  Results.median(results.figures(large, metric))
                      / Results.median(results.figures(small, metric)))
              .max()
              .orElseThrow();
      derived.put(large, Map.of(WORST, worst));
    }
    return derived;
  }

  @Override
  public void close() {
    postgres.close();
  }

  private static Table fill(Workbench workbench, PostgresServer postgres, String name, long rows)
      throws SQLException {
    workbench.screen().line("  storing %,d events ...".formatted(rows));
    EventDatabase database = new EventDatabase(postgres.create(name), EventLayout.of(rows));
    String token =
        database.fillCompressed(stored ->
            workbench.screen().line("  %,d of %,d events are stored".formatted(stored, rows)));
    return new Table(database, token);
  }

  /** What the tables are compared by. */
  private static Stream<Metric> compared() {
    return Filter.ALL.stream()
        .flatMap(filter ->
            Stream.of(FilterReader.Since.OLD, FilterReader.Since.NEW)
                .map(since -> metric(filter, since)));
  }

  private static Metric metric(Filter filter, FilterReader.Since since) {
    return Metric.lower(filter.name() + ", " + since.text(), "ms");
  }

  /** An api on one of the tables, and its client. */
  private record Asked(PageServer server, HttpLoad load, FilterReader reader)
      implements AutoCloseable {
    double median(Filter filter, FilterReader.Since since, boolean compare, Duration time)
        throws IOException {
      reader.ask(filter, since, compare);
      return load.run(time).quantile(0.5);
    }

    @Override
    public void close() throws IOException {
      try (server) {
        load.close();
      }
    }
  }

  private List<Map<Metric, Double>> ask() throws IOException, InterruptedException {
    List<Asked> asked = new ArrayList<>();
    try {
      for (Table table : tables) {
        asked.add(open(table));
      }
      // Code is compiled as well by then as it is for the last filter.
      Duration compiled = Duration.ofMillis(workbench.size(10_000, 30));
      for (Asked one : asked) {
        one.median(Filter.ALL.getFirst(), FilterReader.Since.OLD, true, compiled);
      }
      List<Map<Metric, Double>> figures = new ArrayList<>();
      asked.forEach(one -> figures.add(new LinkedHashMap<>()));
      for (Filter filter : Filter.ALL) {
        ask(asked, filter, FilterReader.Since.OLD, figures);
        ask(asked, filter, FilterReader.Since.NEW, figures);
      }
      for (Filter filter : Filter.ANYWHERE) {
        ask(asked, filter, FilterReader.Since.ANYWHERE_OLD, figures);
      }
      return figures;
    } finally {
      for (Asked one : asked) {
        one.close();
      }
    }
  }

  private void ask(
      List<Asked> asked, Filter filter, FilterReader.Since since, List<Map<Metric, Double>> figures)
      throws IOException {
    Duration warmUp = Duration.ofMillis(workbench.size(500, 15));
    Duration time = Duration.ofMillis(workbench.size(2_000, 30));
    for (int table = 0; table < asked.size(); table++) {
      Asked one = asked.get(table);
      one.median(filter, since, true, warmUp);
      figures.get(table).put(metric(filter, since), one.median(filter, since, false, time));
    }
  }

  private Asked open(Table table) throws IOException, InterruptedException {
    FilterReader reader = new FilterReader(table.database().layout(), tables.getFirst().rows(), 1);
    PageServer server =
        PageServer.skywire(workbench, table.database().url(), table.token(), folder);
    try {
      return new Asked(
          server, HttpLoad.open(server.port(), table.token(), List.of(reader)), reader);
    } catch (IOException refused) {
      server.close();
      throw refused;
    }
  }
}
