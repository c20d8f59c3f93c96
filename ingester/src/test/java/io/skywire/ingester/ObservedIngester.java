package io.skywire.ingester;

import io.skywire.common.settings.Variables;
import java.util.concurrent.TimeUnit;

/**
 * An ingester in a process of its own that prints how full its buffer is, and how much of its heap
 * is used, several times a second.
 */
final class ObservedIngester {
  static final String LINE = "observed ";

  private static final long EVERY_MILLIS = 100;

  private ObservedIngester() {}

  public static void main(String[] arguments) throws InterruptedException {
    IngesterProcess process = IngesterProcess.start(Variables.ofEnvironment());
    Runtime runtime = Runtime.getRuntime();
    while (!process.done().toCompletableFuture().isDone()) {
      double frames = process.metrics().get("skywire.ingester.buffer.frames").gauge().value();
      long usedMebibytes = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
      System.out.println(LINE + (long) frames + " " + usedMebibytes);
      TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
    }
  }
}
