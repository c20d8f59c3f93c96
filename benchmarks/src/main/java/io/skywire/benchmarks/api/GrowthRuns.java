package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.PostgresServer;
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

/**
 * The contest of the growth stage: the same api on a small table and on larger ones, in one
 * PostgreSQL. The smallest one comes first, so that the larger ones are compared with it.
 */
final class GrowthRuns implements Stage.Contest {
  private static final Metric WORST = Metric.lower("worst filter", "x the small table's time");

  private final Workbench workbench;
  private final Path folder;
  private final Shared.Lease<PostgresServer> postgres;
  private final List<Table> tables;
  private Map<Metric, Double> ofSmall = Map.of();

  private record Table(EventDatabase database, String token) {
    String name() {
      return "Skywire, %,d rows".formatted(database.layout().rows());
    }
  }

  private GrowthRuns(
      Workbench workbench, Shared.Lease<PostgresServer> postgres, List<Table> tables) {
    this.workbench = workbench;
    this.folder = workbench.newFolder("growth");
    this.postgres = postgres;
    this.tables = List.copyOf(tables);
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
    List<Contender> contenders = new ArrayList<>();
    Table small = tables.getFirst();
    contenders.add(
        Contender.skywire(
            small.name(),
            () -> {
              ofSmall = run(small);
              return ofSmall;
            }));
    for (Table large : tables.subList(1, tables.size())) {
      contenders.add(
          Contender.skywire(
              large.name(),
              () -> {
                Map<Metric, Double> ofLarge = run(large);
                ofLarge.put(WORST, worst(ofLarge));
                return ofLarge;
              }));
    }
    return contenders;
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

  private double worst(Map<Metric, Double> ofLarge) {
    return ofLarge.entrySet().stream()
        .mapToDouble(figure -> figure.getValue() / ofSmall.getOrDefault(figure.getKey(), 1.0))
        .max()
        .orElseThrow();
  }

  private Map<Metric, Double> run(Table table) throws IOException, InterruptedException {
    FilterReader reader = new FilterReader(table.database().layout(), 1);
    try (PageServer server =
            PageServer.skywire(workbench, table.database().url(), table.token(), folder);
        HttpLoad load = HttpLoad.open(server.port(), table.token(), List.of(reader))) {
      Duration each = Duration.ofMillis(workbench.size(1_000, 30));
      pass(reader, load, each.dividedBy(2), true);
      return pass(reader, load, each, false);
    }
  }

  private static Map<Metric, Double> pass(
      FilterReader reader, HttpLoad load, Duration each, boolean compare) throws IOException {
    Map<Metric, Double> medians = new LinkedHashMap<>();
    for (Filter filter : Filter.ALL) {
      for (boolean old : new boolean[] {true, false}) {
        reader.ask(filter, old, compare);
        medians.put(
            Metric.lower(filter.name() + (old ? ", old" : ", new"), "ms"),
            load.run(each).quantile(0.5));
      }
    }
    return medians;
  }
}
