package io.skywire.standalone.chaos;

import io.skywire.embedded.network.Hold;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Waits on several lines for the one on which a request comes by first. The others are let go on at
 * the end; what has been caught is for who asked. One thread.
 */
final class Ambush implements AutoCloseable {
  private static final long LOOK_AGAIN_MILLIS = 2;

  private final Map<Line, List<Hold>> holds = new LinkedHashMap<>();

  /**
   * @param line on which the request was stopped
   * @param hold that stops it
   */
  record Caught(Line line, Hold hold) {}

  Ambush(List<Line> lines, Hold.Side side, Predicate<String> request, int occurrence) {
    lines.forEach(line -> holds.put(line, line.hold(side, request, occurrence)));
  }

  Optional<Caught> await(Duration max) throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    do {
      for (Map.Entry<Line, List<Hold>> line : holds.entrySet()) {
        Hold hold = Line.reached(line.getValue());
        if (hold != null) {
          line.getValue().stream().filter(other -> other != hold).forEach(Hold::goOn);
          holds.remove(line.getKey());
          return Optional.of(new Caught(line.getKey(), hold));
        }
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    } while (System.nanoTime() < deadline);
    return Optional.empty();
  }

  @Override
  public void close() {
    disarm();
  }

  /** Lets all but the caught one pass from now on. */
  void disarm() {
    holds.values().forEach(each -> each.forEach(Hold::goOn));
  }
}
