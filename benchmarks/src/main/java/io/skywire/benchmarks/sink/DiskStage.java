package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;

/** What the sink has stored, on the disk. */
public final class DiskStage implements Stage {
  @Override
  public String name() {
    return "disk";
  }

  @Override
  public String measures() {
    return "An event in PostgreSQL, as it was written, with the indexes for the filters: seq, type,"
        + " repo, collection of any op.";
  }

  @Override
  public String aim() {
    return "Under 0.6 of the plain jsonb table (1.67 x).";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    return new DiskContest(workbench, FilledTopic.lease(workbench));
  }
}
