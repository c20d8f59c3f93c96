package io.skywire.sink.stats;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.Pulse;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the client of Kafka Streams: opens it, looks whether it works, and opens it anew when it has
 * given up. A thread of it that fails for what passes is followed by another, after a pause; what
 * does not pass, such as a route's topic that does not fit, ends the loop until the process is
 * started again, and nothing else. One thread, beside those of the client.
 */
public final class StatsStreams implements Loop {
  /** Its group, and what the names of its own topics begin with. */
  static final String APPLICATION = "skywire-stats";

  private static final Logger log = LoggerFactory.getLogger(StatsStreams.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final Duration STEP_MAX = Duration.ofMinutes(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** Works for so long, and the next failure is a first one again. */
  private static final Duration WORKS_AFTER = Duration.ofMinutes(1);

  /** Longer than brokers take to be restarted: what lasts is more than a pause. */
  static final Duration PROBLEM_AFTER = Duration.ofMinutes(1);

  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** Counts may be a second late, and a commit has its price; a route's reader waits for it. */
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

  private static final Duration COMMIT_EVERY_WITH_ROUTES = Duration.ofMillis(100);

  /**
   * A round of Kafka Streams costs more than what it does with one record. {@link LeanRecords}
   * without a route have their headers, 60 KiB at most.
   */
  private static final int POLL_RECORDS_MAX = 100;

  /** Decompressed before anybody can weigh them, 15 MiB each at most: as in the sink's own loop. */
  private static final int POLL_RECORDS_WITH_ROUTES_MAX = 4;

  private static final int BUFFERED_RECORDS_MAX = 200;
  private static final int BUFFERED_RECORDS_WITH_ROUTES_MAX = 4;
  private static final int FETCH_BYTES_MAX = 4 * 1024 * 1024;
  private static final int PARTITION_FETCH_BYTES_MAX = 1024 * 1024;

  /** Counts can wait for as many events as there are in half a second; an answer has its price. */
  private static final int FETCH_BYTES_MIN = 512 * 1024;

  private static final int FETCH_WAIT_MAX_MILLIS = 500;
  private static final int CACHE_BYTES_MAX = 4 * 1024 * 1024;
  private static final int PRODUCER_BYTES_MAX = 2 * 1024 * 1024;
  private static final int PRODUCER_BYTES_WITH_ROUTES_MAX = 32 * 1024 * 1024;

  private final KafkaSettings kafka;
  private final boolean stats;
  private final Routes routes;
  private final int partitions;
  private final EventsFirst eventsFirst;
  private final StatsMetrics metrics;
  private final Tries tries;
  private final Incident incident = new Incident(log, "Kafka Streams works", System::nanoTime);
  private final Pulse pulse = new Pulse(STEP_MAX, System::nanoTime);
  private volatile @Nullable KafkaStreams streams;
  private volatile @Nullable FatalException fatal;
  private volatile long failedAt = System.nanoTime();

  /**
   * @param stats whether to count
   * @param partitions of the events' topic
   * @param sinkIsBehind whether this process has more events to store than it can
   */
  public StatsStreams(
      KafkaSettings kafka,
      boolean stats,
      Routes routes,
      int partitions,
      BooleanSupplier sinkIsBehind,
      StatsMetrics metrics,
      Backoff backoff) {
    this.kafka = kafka;
    this.stats = stats;
    this.routes = routes;
    this.partitions = partitions;
    // Who subscribes to a route waits for it as readers wait for the table.
    this.eventsFirst =
        new EventsFirst(routes.isEmpty() ? sinkIsBehind : () -> false, System::nanoTime);
    this.metrics = metrics;
    this.tries = new Tries(backoff);
    metrics.watchStreams(this::isWorking, this::isWaiting);
  }

  @Override
  public void run() throws InterruptedException {
    while (tries.running()) {
      pulse.beat(STEP_MAX);
      KafkaStreams opened = null;
      try {
        opened = open(makeTopics());
        while (tries.running() && !opened.state().hasCompletedShutdown()) {
          pulse.beat(STEP_MAX);
          if (System.nanoTime() - failedAt > WORKS_AFTER.toNanos()) {
            tries.worked();
            incident.over();
          }
          pauseOrResume(opened);
          tries.pause(LOOK_AGAIN);
        }
      } catch (InterruptException interrupted) {
        throw new InterruptedException("interrupted while talking to Kafka");
      } catch (KafkaException | ExecutionException away) {
        failed(away);
      } finally {
        streams = null;
        if (opened != null) {
          opened.close(
              CloseOptions.timeout(CLOSE_MAX)
                  .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
      }
      FatalException met = fatal;
      if (met != null) {
        throw met;
      }
      tries.pause();
    }
  }

  @Override
  public void stop() {
    tries.stop();
  }

  /** Whether the loop goes round. False only where a restart would help. Any thread. */
  public boolean makesProgress() {
    return pulse.isAlive();
  }

  /** Whether events are read, or would be if there were any. Any thread. */
  public boolean isWorking() {
    KafkaStreams opened = streams;
    return opened != null && opened.state() == KafkaStreams.State.RUNNING;
  }

  /** Whether the counts wait until the sink has caught up. Any thread. */
  private boolean isWaiting() {
    KafkaStreams opened = streams;
    return opened != null && opened.isPaused();
  }

  /** How it is, while its loop goes round. Any thread. */
  StreamsState state() {
    boolean working = isWorking();
    return new StreamsState(working, working ? null : incident.lasting(PROBLEM_AFTER));
  }

  /** Answers how many brokers must have what is acknowledged; null where that is not known. */
  private @Nullable String makeTopics() throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(kafka)) {
      topics.ensure(partitions);
      if (stats) {
        topics.ensureStats();
      }
      topics.ensureRoutes(routes.topics(), partitions);
      return topics.inSyncMin(Topics.EVENTS);
    }
  }

  private KafkaStreams open(@Nullable String inSyncMin) {
    Properties properties = properties();
    if (inSyncMin != null) {
      // Kafka Streams makes topics of its own: they are as safe as the events'.
      properties.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), inSyncMin);
    }
    KafkaStreams opened =
        new KafkaStreams(
            StatsTopology.of(stats, routes, partitions, metrics),
            properties,
            new LeanClients(routes));
    opened.setUncaughtExceptionHandler(this::threadFailed);
    opened.start();
    streams = opened;
    return opened;
  }

  private void pauseOrResume(KafkaStreams opened) {
    // What it shares out and restores first is no counting, and is waited for by the others.
    boolean wait = eventsFirst.countsWait() && opened.state() == KafkaStreams.State.RUNNING;
    if (wait == opened.isPaused()) {
      return;
    }
    if (wait) {
      opened.pause();
    } else {
      opened.resume();
    }
  }

  /** On the thread that has failed: its successor starts when this returns. */
  private StreamThreadExceptionResponse threadFailed(Throwable failure) {
    StreamsFailure kind = StreamsFailure.of(failure);
    failed(failure);
    if (kind == StreamsFailure.FATAL) {
      fatal = StreamsFailure.fatal(failure);
    }
    if (kind != StreamsFailure.PASSES) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    try {
      tries.pause();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return tries.running()
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void failed(Throwable failure) {
    failedAt = System.nanoTime();
    metrics.streamsFailed();
    incident.failed("Kafka Streams failed: " + RootCause.line(failure), failure);
  }

  private Properties properties() {
    boolean routed = !routes.isEmpty();
    Properties all = new Properties();
    all.putAll(kafka.streams());
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    all.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        (routed ? COMMIT_EVERY_WITH_ROUTES : COMMIT_EVERY).toMillis());
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES_MAX);
    all.put(
        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
        routed ? BUFFERED_RECORDS_WITH_ROUTES_MAX : BUFFERED_RECORDS_MAX);
    all.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    all.put(
        StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
        Long.toString(Long.MAX_VALUE));
    all.putAll(consumer());
    if (!routed) {
      all.put(
          StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), FETCH_BYTES_MIN);
      all.put(
          StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
          FETCH_WAIT_MAX_MILLIS);
    }
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        TopicSetup.RECORD_BYTES_MAX);
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        routed ? PRODUCER_BYTES_WITH_ROUTES_MAX : PRODUCER_BYTES_MAX);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    return all;
  }

  /**
   * Without a name in the group, as the sink's own consumer may have one: Kafka Streams moves its
   * tasks cooperatively, and a member that comes back under its name between two rounds would leave
   * some of them to nobody.
   */
  private Map<String, Object> consumer() {
    return Map.of(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis(),
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) HEARTBEAT.toMillis(),
        // What the topic has, all of it: the counts begin with its oldest event.
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
        "earliest",
        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
        FETCH_BYTES_MAX,
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        PARTITION_FETCH_BYTES_MAX,
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
        routes.isEmpty() ? POLL_RECORDS_MAX : POLL_RECORDS_WITH_ROUTES_MAX);
  }
}
