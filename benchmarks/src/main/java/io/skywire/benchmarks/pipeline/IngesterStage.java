package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.List;

/** The relay's socket to committed transactions. */
public final class IngesterStage implements Stage {
  @Override
  public String name() {
    return "ingester";
  }

  @Override
  public String measures() {
    return "The relay's socket to committed transactions, catching up: relay, ingester and one"
        + " broker on this machine. The limits do one part of that each, with the same events."
        + " The first half is left out.";
  }

  @Override
  public String aim() {
    return "60,000 events/s.";
  }

  @Override
  public List<Packages> packages() {
    return List.of(IngesterRuns.PEERS);
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    return new IngesterRuns(workbench);
  }
}
