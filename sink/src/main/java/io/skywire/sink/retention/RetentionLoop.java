package io.skywire.sink.retention;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.RootCause;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the start and again and again whether something has expired: often enough for a sink
 * that never lives for a day, and cheap enough. A failure is told once until it has worked again,
 * counted and tried again; the sink does not notice. One thread.
 */
public final class RetentionLoop implements Loop {
  private static final Logger log = LoggerFactory.getLogger(RetentionLoop.class);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Retention retention;
  private final RetentionMetrics metrics;
  private final Backoff backoff;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Incident incident = new Incident(log, "retention works", System::nanoTime);

  public RetentionLoop(Retention retention, RetentionMetrics metrics, Backoff backoff) {
    this.retention = retention;
    this.metrics = metrics;
    this.backoff = backoff;
  }

  @Override
  public void run() throws InterruptedException {
    Duration pause = Duration.ZERO;
    while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        metrics.dropped(retention.dropExpired());
        pause = LOOK_AGAIN;
        worked();
      } catch (SQLException failure) {
        pause = backoff.next();
        failed(failure);
      }
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  private void worked() {
    backoff.reset();
    incident.over();
  }

  private void failed(SQLException failure) {
    metrics.failed();
    incident.failed("what has expired could not be dropped: " + RootCause.line(failure), failure);
  }
}
