package io.skywire.benchmarks.api;

import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a page takes longer from a larger table. With {@code
 * -Dskywire.bench.rows=10000000,50000000} (in SKYWIRE_JAVA_OPTS) the larger ones have so many rows:
 * ten and fifty million take 50 GB, and an hour.
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
    return "The median time of a page from a small table and from larger ones, one client, for each"
        + " filter: after an old seq (of the first 100,000) and after a new one (of the last"
        + " 10,000). The worst filter is that whose median of all rounds has grown most, by these"
        + " two. \"Anywhere old\" is of the first tenth, which of a large table no cache holds."
        + " \"Nothing\" is what a combination finds nothing by: it looks at 50,000 events. Larger"
        + " tables: SKYWIRE_JAVA_OPTS=-D"
        + ROWS
        + "=10000000,50000000.";
  }

  @Override
  public String aim() {
    return "of 50,000,000 rows at most 1.2 x the time of 1,000,000, for the worst filter.";
  }

  /** The small table is what all others are held against. */
  @Override
  public boolean comparesOurs() {
    return true;
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    List<Long> rows = new ArrayList<>();
    rows.add((long) workbench.size(SMALL, SMALL_QUICK));
    String wanted = System.getProperty(ROWS, "" + workbench.size(LARGE, LARGE_QUICK));
    for (String each : wanted.split(",", -1)) {
      rows.add(Long.valueOf(each.strip()));
    }
    return GrowthRuns.prepare(workbench, rows);
  }
}
