package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.CpuTime;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.pipeline.ProcessMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that counts: mostly from when half of the rows are stored, as the code is
 * compiled by then, to the last. Reckons speed, and what it took of the processors. One thread.
 */
final class Stretch {
  /** What share of the rows is left out at the beginning. */
  static final double LEFT_OUT = 0.5;

  private static final Metric SPEED = Metric.higher("", "rows/s");
  private static final Metric PROCESS_CPU =
      Metric.lower("its processor time", "s per million rows");
  private static final Metric SERVER_CPU =
      Metric.lower("PostgreSQL's processor time", "s per million rows");
  private static final Metric MEMORY = Metric.lower("its memory at most (RSS)", "MiB");

  private final long postmaster;
  private final long watcher;
  private final @Nullable ProcessHandle process;
  private long rowsBefore;
  private long beganAt;
  private Duration processBefore = Duration.ZERO;
  private Duration serverBefore = Duration.ZERO;

  /**
   * @param watcher PostgreSQL's process for who watches, which is not counted; 0 where nobody does
   * @param process that stores; null when it is this one, whose figures would say nothing
   */
  Stretch(long postmaster, long watcher, @Nullable ProcessHandle process) {
    this.postmaster = postmaster;
    this.watcher = watcher;
    this.process = process;
  }

  /** From now on it counts; how many rows are stored is to be told by {@link #from} then. */
  void begin() throws IOException {
    beganAt = System.nanoTime();
    processBefore = cpu(process);
    serverBefore = serverCpu();
  }

  /**
   * @param rows that were stored when it began
   */
  void from(long rows) {
    rowsBefore = rows;
  }

  /** To be called at once when the last row is stored. */
  Map<Metric, Double> end(long rows) throws IOException {
    double seconds = (System.nanoTime() - beganAt) / 1e9;
    double stored = rows - rowsBefore;
    Map<Metric, Double> figures = new LinkedHashMap<>();
    figures.put(SPEED, stored / seconds);
    if (process != null) {
      figures.put(PROCESS_CPU, perMillion(cpu(process).minus(processBefore), stored));
    }
    figures.put(SERVER_CPU, perMillion(serverCpu().minus(serverBefore), stored));
    if (process != null && ProcessMemory.isVisible()) {
      figures.put(MEMORY, ProcessMemory.peak(process.pid()));
    }
    return figures;
  }

  private static double perMillion(Duration cpu, double rows) {
    return cpu.toNanos() / 1e9 / rows * 1e6;
  }

  private Duration serverCpu() throws IOException {
    return CpuTime.ofTree(postmaster, watcher);
  }

  private static Duration cpu(@Nullable ProcessHandle process) {
    return process == null ? Duration.ZERO : CpuTime.of(process);
  }
}
