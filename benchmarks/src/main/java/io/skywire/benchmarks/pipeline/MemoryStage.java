package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Shared;
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

/** What each of Skywire's processes takes. */
public final class MemoryStage implements Stage {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String measures() {
    return "RSS of each process: idle, the largest of ten seconds; then, from its start on, its peak"
        + " with 2,000 events/s and a client that follows; in another one, its peak when it has"
        + " caught up nearly, with a client that reads all; and what is live in its heap after a"
        + " collection then.";
  }

  @Override
  public String aim() {
    return "A heap of 256 MiB holds (512 MiB for the api, as the launcher starts them); RSS of"
        + " ingester and sink each below Jetstream's 730 MiB, measured elsewhere.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    return new Runs(workbench, Backlog.lease(workbench));
  }

  private static final class Runs implements Contest {
    private static final List<String> PROCESSES = List.of("ingester", "sink", "api");
    private static final int RATE = 2_000;

    private final Workbench workbench;
    private final Shared.Lease<Backlog> lease;
    private final Backlog backlog;
    private final List<Contender> contenders;

    Runs(Workbench workbench, Shared.Lease<Backlog> lease) {
      this.workbench = workbench;
      this.lease = lease;
      this.backlog = lease.part();
      this.contenders =
          List.of(
              ProcessMemory.isVisible()
                  ? Contender.skywire("Skywire", this::once)
                  : Contender.absent("Skywire", Contender.Role.SKYWIRE, "only Linux has /proc"),
              Contender.inGo("Jetstream"),
              Contender.inGo("at-kafka"));
    }

    @Override
    public List<Contender> contenders() {
      return contenders;
    }

    @Override
    public void close() {
      lease.close();
    }

    private Map<Metric, Double> once()
        throws IOException, InterruptedException, ExecutionException, SQLException {
      Map<Metric, Double> figures = new LinkedHashMap<>();
      live(figures);
      catchUp(figures);
      return figures;
    }

    private void live(Map<Metric, Double> figures)
        throws IOException, InterruptedException, ExecutionException, SQLException {
      try (RelaySimulator relay =
              RelaySimulator.start(SimulatorSettings.defaults().withRate(RATE).withLimit(1));
          World world = World.withoutIngester(workbench)) {
        world.startIngester(relay.uri());
        TailReader reader = new TailReader(world);
        reader.readTo(1);
        int looks = workbench.size(100, 1);
        for (int look = 0; look < looks; look++) {
          Thread.sleep(100);
          addResident(world, figures);
        }
        relay.limit(0);
        reader.readFor(workbench.size(30, 1));
        addPeak(world, "%,d/s, peak".formatted(RATE), figures);
        reader.readAll(relay);
      }
    }

    private void catchUp(Map<Metric, Double> figures)
        throws IOException, InterruptedException, ExecutionException, SQLException {
      try (World world = World.withoutIngester(workbench)) {
        world.startIngester(backlog.relay());
        TailReader reader = new TailReader(world);
        reader.readTo(backlog.events() - backlog.events() / 100);
        addPeak(world, "catching up, peak", figures);
        for (String process : PROCESSES) {
          figures.put(
              Metric.lower(process + " catching up, live heap", "MiB"),
              ProcessMemory.liveHeap(world.pid(process), world.folder()));
        }
        reader.readTo(backlog.events());
        reader.requireAll(backlog.events(), backlog.lastSeq());
      }
    }

    /** The largest counts; the peak would be that of the start. */
    private static void addResident(World world, Map<Metric, Double> figures) throws IOException {
      for (String process : PROCESSES) {
        figures.merge(
            Metric.lower(process + " idle", "MiB"),
            ProcessMemory.resident(world.pid(process)),
            Math::max);
      }
    }

    private static void addPeak(World world, String phase, Map<Metric, Double> figures)
        throws IOException {
      for (String process : PROCESSES) {
        figures.put(
            Metric.lower(process + " " + phase, "MiB"), ProcessMemory.peak(world.pid(process)));
      }
    }
  }
}
