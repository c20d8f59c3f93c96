package io.skywire.benchmarks.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** From the relay to the client of the api. */
public final class PipelineStage implements Stage {
  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String measures() {
    return "The relay's socket to readable through GET /api/events, catching up: relay, ingester,"
        + " broker, sink, PostgreSQL and api on this machine. The relay serves half of what it has"
        + " logged; when all of that is readable, it serves the other half, and that is timed, from"
        + " then to when the last of it is readable.";
  }

  @Override
  public String aim() {
    return "40,000 events/s.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException, InterruptedException {
    return new Runs(workbench, Backlog.lease(workbench));
  }

  private static final class Runs implements Contest {
    private static final Metric SPEED = Metric.higher("", "events/s");
    private static final Duration RUN_MAX = Duration.ofMinutes(20);
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final double NANOS_A_SECOND = 1e9;

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
              Contender.skywire("Skywire", this::once),
              Contender.inGo("Jetstream's ingest"),
              Contender.inGo("tap"));
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
      int warmUp = backlog.events() / 2;
      backlog.serveOnly(warmUp);
      try (World world = World.withoutIngester(workbench)) {
        world.startIngester(backlog.relay());
        awaitReadable(world, warmUp);
        long begun = System.nanoTime();
        backlog.serveAll();
        awaitReadable(world, backlog.events());
        double seconds = (System.nanoTime() - begun) / NANOS_A_SECOND;
        backlog.requireAll("the table", stored(world));
        return Map.of(SPEED, (backlog.events() - warmUp) / seconds);
      } finally {
        backlog.serveAll();
      }
    }

    /** So many of the backlog; asks for what is at its end, which costs next to nothing. */
    private void awaitReadable(World world, int events) throws IOException, InterruptedException {
      long deadline = System.nanoTime() + RUN_MAX.toNanos();
      int readable = 0;
      while (readable < events) {
        Thread.sleep(LOOK_AGAIN_MILLIS);
        readable = backlog.upTo(world.api().page(backlog.lastSeq() - 1, 1).watermarkSeq());
        world.requireAllRunning();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "only %,d events are readable within %s".formatted(readable, RUN_MAX));
        }
      }
      if (readable > events) {
        throw new IllegalStateException(
            "%,d events are readable of %,d that were served".formatted(readable, events));
      }
    }

    private static BitSet stored(World world) throws SQLException {
      BitSet seqs = new BitSet();
      try (HikariDataSource database = world.database();
          Connection connection = database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select seq from firehose_events")) {
        while (row.next()) {
          int seq = row.getInt(1);
          if (seqs.get(seq)) {
            throw new IllegalStateException("the table has seq " + seq + " twice");
          }
          seqs.set(seq);
        }
      }
      return seqs;
    }
  }
}
