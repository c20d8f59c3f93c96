package io.skywire.standalone.up;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be stopped in the opposite order. Each part has a bounded time: one that
 * hangs is left behind, since everything that matters survives even a killed JVM. One thread uses
 * it.
 */
final class StopInOrder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopInOrder.class);

  private record Part(String name, AutoCloseable closeable, Duration max) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  /**
   * @param max that stopping it may take
   */
  <T extends AutoCloseable> T add(String name, T part, Duration max) {
    parts.push(new Part(name, part, max));
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      stop(parts.pop());
    }
  }

  private static void stop(Part part) {
    Thread stopping =
        Thread.ofPlatform().name("stop-" + part.name).daemon().start(() -> close(part));
    try {
      if (!stopping.join(part.max)) {
        LOG.warn("{} did not stop within {}; left behind", part.name, part.max);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Part part) {
    try {
      part.closeable.close();
      LOG.info("stopped {}", part.name);
    } catch (Exception failed) {
      // Whatever one part throws must not keep the others from being stopped.
      LOG.warn("{} did not stop cleanly", part.name, failed);
    }
  }
}
