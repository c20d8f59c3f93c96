package io.skywire.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What processes use of the processor, in user and kernel mode. */
public final class CpuTime {
  private static final Path PROC = Path.of("/proc");

  /** Linux counts in these for whoever reads, whatever its kernel counts in. */
  private static final long TICK_MILLIS = 10;

  /** Of {@code /proc/pid/stat}, behind the name: user, system, and both of children waited for. */
  private static final List<Integer> TICKS = List.of(11, 12, 13, 14);

  private CpuTime() {}

  /** None of one that is gone. */
  public static Duration of(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /**
   * Of a process, its children, and those of its children that have ended; of the last ones only
   * Linux tells.
   *
   * @param except one of the children that does not count as long as it runs
   */
  public static Duration ofTree(long pid, long except) throws IOException {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    Duration children =
        process
            .children()
            .filter(child -> child.pid() != except)
            .map(CpuTime::of)
            .reduce(Duration.ZERO, Duration::plus);
    Path stat = PROC.resolve(pid + "/stat");
    return children.plus(Files.exists(stat) ? withEndedChildren(stat) : of(process));
  }

  private static Duration withEndedChildren(Path stat) throws IOException {
    String text = Files.readString(stat);
    // The name before it is in brackets, and may have any of them.
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = TICKS.stream().mapToLong(field -> Long.parseLong(fields[field])).sum();
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }

  public static Duration ofTree(long pid) throws IOException {
    return ofTree(pid, pid);
  }

  public static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
