package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** How long after the relay sent it a client of the api has an event. */
public final class LatencyStage implements Stage {
  private static final int[] RATES = {500, 2_000};

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String measures() {
    return "From just before the simulated relay makes and sends an event to when a client has read"
        + " it, durable, in an answer to GET /api/events?since=, which it asks for without a pause"
        + " on one connection. Both instants are of one JVM's monotonic clock.";
  }

  @Override
  public String aim() {
    return "p50 30 ms, p99 100 ms.";
  }

  @Override
  public Contest prepare(Workbench workbench) {
    return new Runs(workbench);
  }

  private static final class Runs implements Contest {
    private final Workbench workbench;
    private final List<Contender> contenders;

    Runs(Workbench workbench) {
      this.workbench = workbench;
      this.contenders =
          List.of(
              Contender.skywire("Skywire", this::once),
              Contender.inGo("Jetstream, before its data is durable"));
    }

    @Override
    public List<Contender> contenders() {
      return contenders;
    }

    @Override
    public void close() {}

    private Map<Metric, Double> once()
        throws IOException, InterruptedException, ExecutionException, SQLException {
      SendTimes sent = new SendTimes();
      try (RelaySimulator relay =
              RelaySimulator.start(
                  SimulatorSettings.defaults().withRate(RATES[0]).withLimit(1).withClock(sent));
          World world = World.withoutIngester(workbench)) {
        world.startIngester(relay.uri());
        TailReader reader = new TailReader(world);
        reader.readTo(1);
        relay.limit(0);
        // Processes run for weeks; these are compiled as well by then.
        relay.rate(RATES[RATES.length - 1]);
        reader.readFor(workbench.size(30, 0));
        Map<Integer, long[]> windows = new LinkedHashMap<>();
        for (int rate : RATES) {
          relay.rate(rate);
          reader.readFor(workbench.size(15, 0));
          long from = System.nanoTime();
          reader.readFor(workbench.size(30, 1));
          windows.put(rate, new long[] {from, System.nanoTime()});
        }
        reader.readAll(relay);
        Map<Metric, Double> figures = new LinkedHashMap<>();
        windows.forEach((rate, window) -> {
          double[] millis = reader.millis(sent, window[0], window[1]);
          String at = "%,d/s ".formatted(rate);
          figures.put(Metric.lower(at + "p50", "ms"), percentile(millis, 50));
          figures.put(Metric.lower(at + "p99", "ms"), percentile(millis, 99));
        });
        return figures;
      }
    }

    private static double percentile(double[] sorted, int percent) {
      if (sorted.length == 0) {
        throw new IllegalStateException("nothing was sent");
      }
      return sorted[(int) ((sorted.length - 1L) * percent / 100)];
    }
  }
}
