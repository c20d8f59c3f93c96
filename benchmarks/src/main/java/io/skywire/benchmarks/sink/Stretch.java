package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that counts: from when half of the rows are stored, as the code is compiled by
 * then, to the last. Reckons speed, and what it took of the processors. One thread.
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

  private final ProcessHandle postmaster;
  private final @Nullable ProcessHandle process;
  private long rowsBefore;
  private long beganAt;
  private Duration processBefore = Duration.ZERO;
  private Duration serverBefore = Duration.ZERO;

  /**
   * @param process that stores; null when it is this one, whose figures would say nothing
   */
  Stretch(ProcessHandle postmaster, @Nullable ProcessHandle process) {
    this.postmaster = postmaster;
    this.process = process;
  }

  /**
   * @param rows that are stored
   * @param at when they were, by {@link System#nanoTime}
   */
  void begin(long rows, long at) {
    rowsBefore = rows;
    beganAt = at;
    processBefore = cpu(process);
    serverBefore = serverCpu();
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
    if (process != null) {
      addMemory(process, figures);
    }
    return figures;
  }

  private static double perMillion(Duration cpu, double rows) {
    return cpu.toNanos() / 1e9 / rows * 1e6;
  }

  private Duration serverCpu() {
    return Stream.concat(Stream.of(postmaster), postmaster.children())
        .map(Stretch::cpu)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(@Nullable ProcessHandle process) {
    return process == null
        ? Duration.ZERO
        : process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Only Linux tells. */
  private static void addMemory(ProcessHandle process, Map<Metric, Double> figures)
      throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          figures.put(MEMORY, Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0);
        }
      }
    }
  }
}
