package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;

/** One sink that catches up with the topic. */
public final class SinkStage implements Stage {
  @Override
  public String name() {
    return "sink";
  }

  @Override
  public String measures() {
    return "One process stores a topic of 300,000 events, or 10,000 when quick, in a table indexed"
        + " for each filter; the first fifth is not counted. Peers and limits store jsonb, with"
        + " four indexes. Figures of processor time and memory are of that process.";
  }

  @Override
  public String aim() {
    return "3 x the best Connect sink.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    Servers servers = Servers.start(workbench);
    try {
      return SinkContest.prepare(workbench, servers);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      servers.close();
      throw failed;
    }
  }
}
