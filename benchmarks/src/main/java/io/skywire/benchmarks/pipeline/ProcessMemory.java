package io.skywire.benchmarks.pipeline;

import io.skywire.embedded.process.ChildCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process takes of the memory, seen from outside, on Linux. */
public final class ProcessMemory {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+([0-9]+) kB");
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+[0-9]+\\s+([0-9]+)\\s*$");
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
  private static final double KIBIBYTES = 1024;

  private ProcessMemory() {}

  public static boolean isVisible() {
    return Files.exists(Path.of("/proc/self/status"));
  }

  /** MiB that it has in the machine's memory now. */
  static double resident(long pid) throws IOException {
    return ofStatus(pid, RESIDENT);
  }

  /** MiB that it has had there at most, since it was started. */
  public static double peak(long pid) throws IOException {
    return ofStatus(pid, PEAK);
  }

  /** MiB of its heap that are in use; the JVM collects its garbage to know. */
  static double liveHeap(long pid, Path folder) throws IOException {
    ChildCommand command =
        new ChildCommand(
            "jcmd",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram"),
            Map.of(),
            folder.resolve("jcmd-" + pid + ".log"));
    return number(TOTAL, Programs.run(command, ANSWER_MAX)) / KIBIBYTES / KIBIBYTES;
  }

  private static double ofStatus(long pid, Pattern pattern) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    return number(pattern, Files.readString(status)) / KIBIBYTES;
  }

  private static double number(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no such line: " + pattern);
    }
    return Double.parseDouble(matcher.group(1));
  }
}
