package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;

/**
 * Whether a page takes longer from a larger table. With {@code -Dskywire.bench.rows=50000000} (in
 * SKYWIRE_JAVA_OPTS) the larger one has that many rows.
 */
public final class GrowthStage implements Stage {
  private static final String ROWS = "skywire.bench.rows";
  private static final int SMALL = 1_000_000;
  private static final int LARGE = 5_000_000;
  private static final int SMALL_QUICK = 2_000;
  private static final int LARGE_QUICK = 6_000;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String measures() {
    return "The median time of a page from a small and from a large table, one client, after an old"
        + " seq (of the first tenth) and a new one (of the last 10,000), for each filter. "
        + "\"Nothing\" is what a combination finds nothing by: it looks at 50,000 events.";
  }

  @Override
  public String aim() {
    return "of 50,000,000 rows at most 1.2 x the time of 1,000,000, for the worst filter.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    long large = Long.getLong(ROWS, workbench.size(LARGE, LARGE_QUICK));
    return GrowthRuns.prepare(workbench, workbench.size(SMALL, SMALL_QUICK), large);
  }
}
