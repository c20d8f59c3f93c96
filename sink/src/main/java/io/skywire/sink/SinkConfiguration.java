package io.skywire.sink;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.database.Database;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.status.StatusLoop;
import io.skywire.sink.status.StatusTables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
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
  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  /** One for the loop, one for partitions it makes, one for the status. */
  private static final int CONNECTIONS_MAX = 4;

  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);

  @Bean
  MeterRegistry meterRegistry() {
    return new SimpleMeterRegistry();
  }

  @Bean
  HikariDataSource database(SinkSettings settings) {
    return Database.open(settings.database(), "skywire-sink", CONNECTIONS_MAX, CONNECTION_WAIT);
  }

  @Bean
  SinkConnections connections(SinkSettings settings, HikariDataSource database) {
    return new SinkConnections(
        settings, database, new DayPartitions(database, InstantSource.system()));
  }

  @Bean
  LoopThread sink(SinkConnections connections, MeterRegistry registry) {
    return new LoopThread(
        "sink", new Sink(connections, new SinkMetrics(registry), newBackoff()), STOP_MAX);
  }

  @Bean
  LoopThread status(SinkSettings settings, HikariDataSource database) {
    String instance =
        settings.instance() == null ? UUID.randomUUID().toString() : settings.instance();
    return new LoopThread(
        "sink-status",
        new StatusLoop(
            () -> statusConsumer(settings), new StatusTables(database, instance), newBackoff()),
        STOP_MAX);
  }

  private static KafkaConsumer<byte[], byte[]> statusConsumer(SinkSettings settings) {
    Map<String, Object> consumer = settings.kafka().consumer();
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Backoff newBackoff() {
    return new Backoff(BACKOFF_MIN, BACKOFF_MAX, RandomGenerator.getDefault());
  }
}
