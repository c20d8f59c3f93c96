package io.skywire.ingester;

import io.skywire.common.settings.Variables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An ingester in a process of its own that prints several times a second how many frames are in its
 * buffer, their bytes, how much of its heap was in use after the last collection, which is made
 * once a second, and how many transactions have failed. With the argument {@link #HASTY} it gives
 * Kafka up in half of the usual time.
 */
final class ObservedIngester {
  static final String LINE = "observed ";

  static final String HASTY = "hasty";

  private static final Patience SHORT =
      new Patience(
          Patience.defaults().pingInterval(),
          Patience.defaults().silenceMax(),
          Duration.ofSeconds(5),
          Duration.ofSeconds(12));

  private static final long EVERY_MILLIS = 100;
  static final int COLLECTED_EVERY = 10;

  private ObservedIngester() {}

  public static void main(String[] arguments) throws InterruptedException {
    Patience patience = List.of(arguments).contains(HASTY) ? SHORT : Patience.defaults();
    IngesterProcess process =
        IngesterProcess.start(Variables.ofEnvironment(), InstantSource.system(), patience);
    long live = 0;
    for (int look = 0; !process.done().toCompletableFuture().isDone(); look++) {
      if (look % COLLECTED_EVERY == 0) {
        live = liveBytes();
      }
      System.out.println(
          LINE
              + gauge(process, "buffer.frames")
              + " "
              + gauge(process, "buffer")
              + " "
              + live
              + " "
              + failures(process));
      TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
    }
  }

  private static long liveBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long failures(IngesterProcess process) {
    return (long)
        process
            .metrics()
            .get("skywire.ingester.transaction.failures")
            .tag("reason", "failed")
            .counter()
            .count();
  }

  private static long gauge(IngesterProcess process, String name) {
    return (long) process.metrics().get("skywire.ingester." + name).gauge().value();
  }
}
