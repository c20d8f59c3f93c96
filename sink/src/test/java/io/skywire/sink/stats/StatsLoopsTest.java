package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without a Kafka: nothing is counted, and nothing gives up for that. */
@Timeout(60)
class StatsLoopsTest {
  private final Variables variables =
      new Variables(Map.of("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StatsMetrics metrics = new StatsMetrics(registry);

  /** By the clock of whoever stores. */
  private final AtomicLong now = new AtomicLong();

  private final StatsStreams streams =
      new StatsStreams(
          KafkaSettings.from(variables),
          true,
          Routes.from(variables),
          1,
          () -> false,
          metrics,
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1)));

  @Test
  void triesAgainUntilItIsClosed() throws Exception {
    List<Thread> running;
    try (StatsLoops loops = new StatsLoops(streams, null, Duration.ofSeconds(10))) {
      assertThat(threads()).isEmpty();
      loops.start();
      running = threads();
      assertThat(running).hasSize(1);
      while (registry.get("skywire.sink.streams.failures").counter().count() < 2) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(loops.makesProgress()).isTrue();
      assertThat(loops.streams())
          .as("for less than a minute")
          .isEqualTo(new StreamsState(false, null));
    }
    assertThat(running).noneMatch(Thread::isAlive);
  }

  @Test
  void whoNoLongerStoresCountsIsToldBesideAKafkaStreamsThatGoesOn() throws Exception {
    StatsStorage storage = storage(new IllegalStateException("nobody has thought of this"));
    try (StatsLoops loops = new StatsLoops(streams, storage, Duration.ofSeconds(10))) {
      loops.start();
      StreamsState told = Objects.requireNonNull(loops.streams());
      while (told.problem() == null) {
        TimeUnit.MILLISECONDS.sleep(10);
        told = Objects.requireNonNull(loops.streams());
      }
      assertThat(told.problem())
          .isEqualTo(
              "counts are not stored: nobody has thought of this;"
                  + " it has ended until the sink is started again");
      assertThat(loops.makesProgress()).as("a restart would end so again").isTrue();
      assertThat(storing()).isZero();
    }
  }

  @Test
  void whoCannotStoreCountsIsToldAfterAMinute() throws Exception {
    StatsStorage storage = storage(new SQLException("permission denied for table event_stats"));
    try (StatsLoops loops = new StatsLoops(streams, storage, Duration.ofSeconds(10))) {
      loops.start();
      while (registry.get("skywire.sink.stats.failures").counter().count() < 2) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(loops.streams()).isEqualTo(new StreamsState(false, null));
      assertThat(storing()).isOne();
      now.addAndGet(Duration.ofMinutes(1).toNanos());
      assertThat(Objects.requireNonNull(loops.streams()).problem())
          .isEqualTo("counts are not stored: permission denied for table event_stats");
      assertThat(storing()).isZero();
    }
  }

  private double storing() {
    return registry.get("skywire.sink.stats.storing").gauge().value();
  }

  /** One whose database answers so. */
  private StatsStorage storage(Exception answer) {
    DataSource broken =
        (DataSource)
            Proxy.newProxyInstance(
                StatsLoopsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw answer;
                });
    return new StatsStorage(
        KafkaSettings.from(variables),
        broken,
        InstantSource.system(),
        7,
        metrics,
        new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1)),
        now::get);
  }

  @Test
  void withoutKafkaStreamsThereIsNothingToTell() {
    try (StatsLoops none = new StatsLoops(null, null, Duration.ofSeconds(10))) {
      none.start();
      assertThat(none.streams()).isNull();
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sink-streams"))
        .toList();
  }
}
