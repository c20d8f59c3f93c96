package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopInOrderTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final List<String> stopped = new CopyOnWriteArrayList<>();

  @Test
  void stopsInTheOppositeOrderWhateverOneOfThemThrows() {
    StopInOrder running = new StopInOrder();
    running.add("first", () -> stopped.add("first"), LONG);
    running.add(
        "second",
        () -> {
          throw new IllegalStateException("broken");
        },
        LONG);
    running.add("third", () -> stopped.add("third"), LONG);

    running.close();

    assertThat(stopped).containsExactly("third", "first");
  }

  @Test
  void leavesBehindWhatHangs() {
    CountDownLatch never = new CountDownLatch(1);
    StopInOrder running = new StopInOrder();
    running.add("first", () -> stopped.add("first"), LONG);
    running.add("hanging", never::await, Duration.ofMillis(50));

    running.close();

    assertThat(stopped).containsExactly("first");
    never.countDown();
  }
}
