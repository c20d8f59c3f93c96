package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.List;

/** Readers of what has just come, each of them of all of it. */
public final class TailStage implements Stage {
  private static final int CLIENTS = 64;

  @Override
  public String name() {
    return "tail";
  }

  @Override
  public String measures() {
    return "64 clients follow the tail, asking again at once, while 500 events a second come in: most"
        + " answers have nothing new. Then 8 clients read full"
        + " pages of what has come one to four seconds ago.";
  }

  @Override
  public String aim() {
    return "10,000 answers/s.";
  }

  @Override
  public List<Packages> packages() {
    return List.of(ApiRuns.PEERS);
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    ApiRuns runs = ApiRuns.prepare(workbench, 200_000);
    runs.servers((server, database) -> runs.follow(server, database, CLIENTS));
    return runs;
  }
}
