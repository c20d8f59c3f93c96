package io.skywire.api.dashboard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM itself knows: the dead letters that ingester and sink count when they run beside
 * the api, since the database has none, and the disk. Any thread may call it.
 */
final class ProcessFigures {
  private static final String INGESTER_LETTERS = "skywire.ingester.dead.letters";
  private static final String SINK_LETTERS = "skywire.sink.dead.letters";
  private static final Path HERE = Path.of("").toAbsolutePath();

  private final MeterRegistry registry;

  ProcessFigures(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Of one reason, since the processes have started.
   *
   * @param stage {@code decode} at the ingester, {@code store} at the sink
   */
  record DeadLetters(String stage, String reason, long count) {}

  /**
   * @param of what it is the disk of: {@code data_folder}, or {@code api} for the folder that the
   *     api was started in, which need not be PostgreSQL's
   */
  record Disk(String of, long freeBytes, long totalBytes) {}

  /** Those that there are, the most first; null when neither process runs in this JVM. */
  @Nullable List<DeadLetters> deadLetters() {
    List<Counter> counters = new ArrayList<>(registry.find(INGESTER_LETTERS).counters());
    counters.addAll(registry.find(SINK_LETTERS).counters());
    if (counters.isEmpty()) {
      return null;
    }
    return counters.stream()
        .map(ProcessFigures::letters)
        .filter(letters -> letters.count() > 0)
        .sorted(Comparator.comparingLong(DeadLetters::count).reversed())
        .toList();
  }

  /** The data folder's when it is known here, else that of the folder the api was started in. */
  @Nullable Disk disk() {
    Gauge free = registry.find("disk.free").gauge();
    Gauge total = registry.find("disk.total").gauge();
    if (free != null && total != null) {
      return new Disk("data_folder", (long) free.value(), (long) total.value());
    }
    try {
      FileStore store = Files.getFileStore(HERE);
      return new Disk("api", store.getUsableSpace(), store.getTotalSpace());
    } catch (IOException unknown) {
      return null;
    }
  }

  private static DeadLetters letters(Counter counter) {
    String stage = counter.getId().getName().equals(INGESTER_LETTERS) ? "decode" : "store";
    String reason = counter.getId().getTag("reason");
    return new DeadLetters(stage, reason == null ? "unknown" : reason, (long) counter.count());
  }
}
