package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.List;

/** One sink that catches up with the topic. */
public final class SinkStage implements Stage {
  @Override
  public String name() {
    return "sink";
  }

  @Override
  public String measures() {
    return "One process stores a topic of 600,000 events, or 5,000 when quick, in a table indexed"
        + " for each filter; the first half is left out. Skywire's counts wait while its sink is"
        + " behind, so the one with counts goes on for longer, and of it nothing is left out but"
        + " its start. Peers and limits store jsonb, with"
        + " four indexes. Figures of processor time and memory are of that process.";
  }

  @Override
  public String aim() {
    return "3 x the best Connect sink.";
  }

  @Override
  public List<Packages> packages() {
    return ConnectJars.PACKAGES;
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    Shared.Lease<FilledTopic> filled = FilledTopic.lease(workbench);
    try {
      return SinkContest.prepare(workbench, filled);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      filled.close();
      throw failed;
    }
  }
}
