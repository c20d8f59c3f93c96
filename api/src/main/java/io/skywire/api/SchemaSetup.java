package io.skywire.api;

import io.skywire.common.database.Migrations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date: once before the first request when the database is there, otherwise
 * on a thread of its own, with backoff, until it has worked or the process ends. Requests do not
 * wait for it; they are answered with 503 while there are no tables. A failure is logged when it
 * says something new, not at every attempt.
 */
final class SchemaSetup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaSetup.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(500);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  private final CountDownLatch closed = new CountDownLatch(1);

  private SchemaSetup() {}

  static SchemaSetup start(DataSource database) {
    SchemaSetup setup = new SchemaSetup();
    String failure = migrate(database);
    if (failure != null) {
      LOG.warn("the database cannot be set up yet, going on in the background: {}", failure);
      Thread.ofVirtual().name("api-schema").start(() -> setup.retry(database, failure));
    }
    return setup;
  }

  /** Leaves the schema as it is. */
  static SchemaSetup none() {
    return new SchemaSetup();
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void retry(DataSource database, String firstFailure) {
    String last = firstFailure;
    Duration pause = PAUSE_MIN;
    try {
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        String failure = migrate(database);
        if (failure == null) {
          LOG.info("the database is set up");
          return;
        }
        if (!failure.equals(last)) {
          LOG.warn("the database still cannot be set up: {}", failure);
        }
        last = failure;
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers what went wrong, or null when nothing did. */
  private static @Nullable String migrate(DataSource database) {
    try {
      Migrations.migrate(database);
      return null;
    } catch (FlywayException failed) {
      Throwable root = failed;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage()).lines().findFirst().orElse("unknown");
    }
  }
}
