package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.problems.OverloadedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotFeedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger taken = new AtomicInteger();
  private final SnapshotFeed feed =
      SnapshotFeed.start(
          () -> Integer.toString(taken.incrementAndGet()).getBytes(StandardCharsets.UTF_8));

  @AfterEach
  void stop() {
    feed.close();
  }

  @Test
  void takesNoneWhileNobodyWatches() throws Exception {
    TimeUnit.NANOSECONDS.sleep(SnapshotFeed.EVERY.toNanos());
    assertThat(taken).hasValue(0);
    try (SnapshotFeed.Place _ = feed.enter()) {
      assertThat(feed.await(0, PATIENCE)).isNotNull();
    }
    int before = taken.get();
    TimeUnit.NANOSECONDS.sleep(SnapshotFeed.EVERY.multipliedBy(2).toNanos());
    assertThat(taken).hasValueLessThanOrEqualTo(before + 1);
  }

  @Test
  void allWhoWatchAreShownTheSame() throws Exception {
    try (SnapshotFeed.Place _ = feed.enter();
        SnapshotFeed.Place _ = feed.enter()) {
      SnapshotFeed.Numbered first = Objects.requireNonNull(feed.await(0, PATIENCE));
      assertThat(feed.await(0, PATIENCE)).isSameAs(first);
      SnapshotFeed.Numbered next = Objects.requireNonNull(feed.await(first.number(), PATIENCE));
      assertThat(next.number()).isEqualTo(first.number() + 1);
      assertThat(taken).hasValueLessThanOrEqualTo(3);
    }
  }

  @Test
  void thereAreOnlySoManyPlaces() {
    List<SnapshotFeed.Place> places = new ArrayList<>();
    for (int i = 0; i < SnapshotFeed.VIEWERS_MAX; i++) {
      places.add(feed.enter());
    }
    assertThatThrownBy(feed::enter)
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("50");
    places.removeLast().close();
    feed.enter().close();
    places.forEach(SnapshotFeed.Place::close);
  }

  @Test
  void whoWaitsIsLetGoAtTheEnd() throws Exception {
    try (SnapshotFeed.Place _ = feed.enter()) {
      SnapshotFeed.Numbered first = Objects.requireNonNull(feed.await(0, PATIENCE));
      Thread.ofVirtual().start(feed::close);
      long began = System.nanoTime();
      assertThat(feed.await(first.number() + 100, PATIENCE)).isNull();
      assertThat(System.nanoTime() - began).isLessThan(PATIENCE.toNanos());
      assertThat(feed.isClosed()).isTrue();
    }
  }
}
