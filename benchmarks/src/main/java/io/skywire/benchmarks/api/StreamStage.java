package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;

/** Readers who take in the whole history. */
public final class StreamStage implements Stage {
  private static final int SEVERAL = 10;

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String measures() {
    return "GET /api/stream?since=0 to the end of a million events, or 5,000 when quick: one client, and ten at once.";
  }

  @Override
  public String aim() {
    return "100,000 events/s to one client, 500,000 to ten together.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    ApiRuns runs = ApiRuns.prepare(workbench, 1_000_000);
    runs.add(Contender.skywire("Skywire, one client", () -> runs.stream(1)));
    runs.add(Contender.skywire("Skywire, ten clients", () -> runs.stream(SEVERAL)));
    runs.add(Contender.inGo("Jetstream's cursor replay"));
    runs.add(Contender.limit("the rows alone, COPY to one client", runs::copyOut));
    return runs;
  }
}
