package io.skywire.benchmarks.api;

import java.time.Duration;

/** What processes use of the processor, in user and kernel mode. */
final class CpuTime {
  private CpuTime() {}

  /** None of one that is gone. */
  static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
