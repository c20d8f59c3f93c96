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
    return "A topic of 300,000 events into a table that is indexed for each filter, by one process;"
        + " the first fifth is not counted. Peers and limits store jsonb, with four indexes.";
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
