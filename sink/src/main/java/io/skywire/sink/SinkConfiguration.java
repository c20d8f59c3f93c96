package io.skywire.sink;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.database.Database;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.topic.DeadLetterTally;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.retention.Retention;
import io.skywire.sink.retention.RetentionLoop;
import io.skywire.sink.retention.RetentionMetrics;
import io.skywire.sink.stats.StatsLoops;
import io.skywire.sink.stats.StatsMetrics;
import io.skywire.sink.stats.StatsStorage;
import io.skywire.sink.stats.StatsStreams;
import io.skywire.sink.status.SinkReport;
import io.skywire.sink.status.StatusLoop;
import io.skywire.sink.status.StatusTables;
import io.skywire.sink.status.StoringProblem;
import io.skywire.sink.status.Survey;
import io.skywire.sink.status.SurveyMetrics;
import io.skywire.sink.write.BatchPace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;

/** The sink's parts, all of them. Settings come from outside. */
@SpringBootConfiguration(proxyBeanMethods = false)
class SinkConfiguration {
  private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);
  private static final Duration RETENTION_BACKOFF_MAX = Duration.ofMinutes(1);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);

  /** Shorter than the silence after which health takes a sink for gone. */
  private static final Duration STATUS_ANSWER_MAX = Duration.ofSeconds(2);

  @Bean
  HikariDataSource database(SinkSettings settings, MeterRegistry registry) {
    HikariDataSource database =
        Database.open(
            settings.database(),
            "skywire-sink",
            SinkSettings.DATABASE_CONNECTIONS_MAX,
            CONNECTION_WAIT);
    database.setMetricRegistry(registry);
    return database;
  }

  @Bean
  StatusTables statusTables(SinkSettings settings, HikariDataSource database) {
    return new StatusTables(
        database, settings.instance() == null ? UUID.randomUUID().toString() : settings.instance());
  }

  @Bean
  SinkConnections connections(
      SinkSettings settings,
      HikariDataSource database,
      StatusTables statusTables,
      InstantSource clock,
      Tracer tracer) {
    return new SinkConnections(
        settings,
        database,
        new DayPartitions(database, clock, settings.retentionDays()),
        statusTables::relay,
        tracer);
  }

  @Bean
  StoringProblem storingProblem(InstantSource clock) {
    return new StoringProblem(clock);
  }

  @Bean
  DeadLetterTally deadLetters(InstantSource clock) {
    return new DeadLetterTally(clock);
  }

  @Bean
  BatchPace batchPace(SinkSettings settings) {
    return new BatchPace(settings.batch(), System::nanoTime);
  }

  @Bean
  Sink sinkLoop(
      SinkConnections connections,
      BatchPace pace,
      StoringProblem problem,
      DeadLetterTally deadLetters,
      MeterRegistry registry,
      InstantSource clock) {
    return new Sink(
        connections,
        pace,
        problem,
        deadLetters,
        new SinkMetrics(registry, clock),
        newBackoff(),
        System::nanoTime);
  }

  @Bean
  LoopThread sink(Sink sinkLoop) {
    return new LoopThread("sink", sinkLoop, STOP_MAX);
  }

  @Bean
  StatusLoop statusLoop(
      SinkSettings settings,
      StatusTables statusTables,
      StoringProblem problem,
      StatsLoops statsLoops,
      DeadLetterTally deadLetters) {
    return new StatusLoop(
        () -> statusTopicId(settings),
        () -> statusConsumer(settings),
        statusTables,
        problem,
        () -> new SinkReport(statsLoops.streams(), deadLetters.read()),
        newBackoff());
  }

  @Bean
  LoopThread status(StatusLoop statusLoop) {
    return new LoopThread("sink-status", statusLoop, STOP_MAX);
  }

  @Bean
  LoopThread survey(
      SinkSettings settings,
      HikariDataSource database,
      InstantSource clock,
      MeterRegistry registry) {
    SurveyMetrics metrics = new SurveyMetrics(registry, clock, settings.retentionDays());
    return new LoopThread(
        "sink-survey", new Survey(settings.kafka(), database, clock, metrics), STOP_MAX);
  }

  @Bean
  LoopThread retention(
      SinkSettings settings,
      HikariDataSource database,
      InstantSource clock,
      MeterRegistry registry) {
    return new LoopThread(
        "sink-retention",
        new RetentionLoop(
            new Retention(database, clock, settings.retentionDays()),
            new RetentionMetrics(registry),
            new Backoff(BACKOFF_MIN, RETENTION_BACKOFF_MAX, RandomGenerator.getDefault())),
        STOP_MAX);
  }

  @Bean
  StatsLoops statsLoops(
      SinkSettings settings,
      BatchPace pace,
      HikariDataSource database,
      InstantSource clock,
      MeterRegistry registry) {
    if (!settings.needsStreams()) {
      return new StatsLoops(null, null, STOP_MAX);
    }
    StatsMetrics metrics = new StatsMetrics(registry);
    StatsStreams streams =
        new StatsStreams(
            settings.kafka(),
            settings.stats(),
            settings.routes(),
            settings.eventPartitions(),
            pace::isBehind,
            metrics,
            newBackoff());
    return new StatsLoops(
        streams,
        settings.stats()
            ? new StatsStorage(
                settings.kafka(), database, clock, settings.retentionDays(), metrics, newBackoff())
            : null,
        STOP_MAX);
  }

  private static String statusTopicId(SinkSettings settings)
      throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(settings.kafka(), STATUS_ANSWER_MAX)) {
      return topics.describe(Topics.STATUS).topicId().toString();
    }
  }

  private static KafkaConsumer<byte[], byte[]> statusConsumer(SinkSettings settings) {
    return new KafkaConsumer<>(
        statusProperties(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static Map<String, Object> statusProperties(SinkSettings settings) {
    Map<String, Object> consumer = settings.kafka().consumer();
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return consumer;
  }

  private static Backoff newBackoff() {
    return new Backoff(BACKOFF_MIN, BACKOFF_MAX, RandomGenerator.getDefault());
  }
}
