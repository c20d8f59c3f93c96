package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.List;

/** Readers of whatever there is in the table. */
public final class PagesStage implements Stage {
  private static final int CLIENTS = 8;

  @Override
  public String name() {
    return "pages";
  }

  @Override
  public String measures() {
    return "GET /api/events?since=…&limit=100 from anywhere in the table, 8 clients.";
  }

  @Override
  public String aim() {
    return "2,500 pages/s.";
  }

  @Override
  public List<Packages> packages() {
    return List.of(ApiRuns.PEERS);
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    ApiRuns runs = ApiRuns.prepare(workbench, 500_000);
    RawQuery query = new RawQuery(runs.original());
    runs.servers((server, database) -> runs.read(server, database, CLIENTS));
    runs.add(Contender.limit(query.name(), () -> runs.query(query)));
    return runs;
  }
}
