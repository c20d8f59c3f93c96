package io.skywire.sink.status;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import io.skywire.sink.retention.StoredDays;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds where topic and table are, for the metrics alone. It asks both itself, so
 * that how far the table is behind is known also while the sink's loop stands still, and is the
 * same at every sink. What cannot be asked is not logged: the loops that need it tell. One thread.
 */
public final class Survey implements Loop {
  private static final Logger log = LoggerFactory.getLogger(Survey.class);

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  private final KafkaSettings kafka;
  private final DataSource database;
  private final InstantSource clock;
  private final SurveyMetrics metrics;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable TopicAdmin topics;

  public Survey(
      KafkaSettings kafka, DataSource database, InstantSource clock, SurveyMetrics metrics) {
    this.kafka = kafka;
    this.database = database;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void run() throws InterruptedException {
    try {
      do {
        // In this order, so that what is stored meanwhile does not look as if it were not.
        lookAtTopic();
        lookAtTable();
      } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      close();
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** While PostgreSQL is away the table stays where it was, and so does what is known of it. */
  private void lookAtTable() {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    try (Connection connection = database.getConnection()) {
      metrics.table(TablePosition.read(connection), StoredDays.read(connection, today));
    } catch (SQLException away) {
      log.debug("the table cannot be looked at", away);
      metrics.tableAway();
    }
  }

  private void lookAtTopic() throws InterruptedException {
    try {
      if (topics == null) {
        topics = TopicAdmin.open(kafka, ANSWER_MAX);
      }
      Map<Integer, Long> ends = new HashMap<>();
      topics
          .committedEnds(Topics.EVENTS)
          .forEach((partition, end) -> ends.put(partition.partition(), end));
      metrics.topic(ends);
    } catch (ExecutionException | KafkaException away) {
      log.debug("the topic cannot be looked at", away);
      metrics.topicAway();
      close();
    }
  }

  private void close() {
    if (topics != null) {
      topics.close();
      topics = null;
    }
  }
}
