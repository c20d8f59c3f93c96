package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.collector.TraceCollector;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.IngesterProcess;
import io.skywire.ingester.OperatorCursor;
import io.skywire.sink.SinkProcess;
import io.skywire.standalone.command.DeadLettersCommand;
import io.skywire.standalone.processes.Eventually;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/**
 * All who write to topics: an ingester and a sink on real servers behind a simulated relay, with
 * traces and a route, and an operator. Tells when what they are to write is there. One thread.
 */
final class TopicWriters implements AutoCloseable {
  static final int PARTITIONS = 6;
  static final String ROUTE = "team-feed";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RECORD_BYTES_MAX = 32 * 1024 * 1024;

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private final EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
  private final TraceCollector collector = TraceCollector.start();
  private final RelaySimulator relay;
  private final OperatorCursor operator;
  private final CommittedRecords cursors;
  private final CommittedRecords letters;
  private final IngesterProcess ingester;
  private final SinkProcess sink;
  private final Set<String> reasons = new HashSet<>();
  private long published;

  /**
   * @param seed of the relay's events
   * @param events that it has sent when this returns
   */
  TopicWriters(int seed, int events) throws Exception {
    relay =
        RelaySimulator.start(
            SimulatorSettings.defaults().withSeed(seed).withRate(0).withLimit(events));
    Variables variables = variables();
    operator = new OperatorCursor(variables);
    // Makes the topics.
    assertThat(operator.show()).isNull();
    cursors = new CommittedRecords(servers(), Topics.CURSOR);
    letters = new CommittedRecords(servers(), Topics.DEAD_LETTERS);
    ingester = IngesterProcess.start(variables);
    sink = SinkProcess.start(variables);
    emitTo(events);
    Eventually.isTrue("the sink has made its tables", PATIENCE, this::hasTables);
  }

  private Variables variables() {
    Map<String, String> all = new HashMap<>(collector.variables());
    all.put("KAFKA_BOOTSTRAP_SERVERS", servers());
    all.put("DATABASE_URL", postgres.url().toUrl());
    all.put("RELAY_URL", relay.uri().toString());
    all.put("RELAY_START", "oldest");
    all.put("SKYWIRE_INSTANCE", "test");
    all.put("SKYWIRE_BIND", "127.0.0.1");
    all.put("SKYWIRE_EVENT_PARTITIONS", Integer.toString(PARTITIONS));
    all.put("SKYWIRE_ROUTES", "app.bsky.feed.*=" + ROUTE);
    return new Variables(all);
  }

  String servers() {
    return kafka.bootstrapServers();
  }

  RelaySimulator relay() {
    return relay;
  }

  /** The relay has sent so many since its beginning, and the topic has them when this returns. */
  void emitTo(long events) throws Exception {
    relay.limit(events);
    Eventually.isTrue(
        () -> "the relay emits %d: so far %d".formatted(events, relay.emitted()),
        PATIENCE,
        () -> relay.emitted() == events);
    awaitPublished(relay.head());
  }

  void awaitPublished(long seq) throws Exception {
    Eventually.isTrue(
        () -> "the cursor is at %d: so far %d".formatted(seq, published),
        PATIENCE,
        () -> published() >= seq);
  }

  private long published() {
    for (ConsumerRecord<byte[], byte[]> cursor : cursors.next()) {
      published = JsonMapper.shared().readTree(cursor.value()).path("seq").asLong();
    }
    return published;
  }

  void awaitLetter(String reason) throws Exception {
    Eventually.isTrue(
        () -> "a letter with the reason %s: so far %s".formatted(reason, reasons),
        PATIENCE,
        () -> {
          for (ConsumerRecord<byte[], byte[]> letter : letters.next()) {
            Header header = letter.headers().lastHeader(DeadLetterHeaders.REASON);
            if (header != null) {
              reasons.add(new String(header.value(), StandardCharsets.UTF_8));
            }
          }
          return reasons.contains(reason);
        });
  }

  /**
   * @param events that Kafka Streams is to have counted
   */
  void awaitCounts(long events) throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    try (CommittedRecords stats = new CommittedRecords(servers(), Topics.STATS)) {
      Eventually.isTrue(
          () -> "%d events are counted: so far %d, %s".formatted(events, sum(counts), counts),
          PATIENCE,
          () -> {
            for (ConsumerRecord<byte[], byte[]> record : stats.next()) {
              MinuteCount count = MinuteCount.fromJson(record.value());
              if (count.action().isEmpty()) {
                counts.put(count.key(), count.count());
              }
            }
            return sum(counts) == events;
          });
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Until each partition of the route is complete up to the seq. */
  void awaitRoute(long seq) throws Exception {
    Set<Integer> complete = new HashSet<>();
    try (CommittedRecords route = new CommittedRecords(servers(), ROUTE)) {
      Eventually.isTrue(
          () -> "the route is complete up to %d: so far its partitions %s".formatted(seq, complete),
          PATIENCE,
          () -> {
            for (ConsumerRecord<byte[], byte[]> record : route.next()) {
              Long key = Seq.ofKey(record.key());
              if (record.value() == null && key != null && key >= seq) {
                complete.add(record.partition());
              }
            }
            return complete.size() == PARTITIONS;
          });
    }
  }

  /** PostgreSQL takes every event but this one. */
  void refuseInPostgres(long seq) throws SQLException {
    execute(
        """
        create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'not this one' using errcode = '22000'; end $$
        """);
    execute(
        """
        create trigger refuse before insert on firehose_events
        for each row when (new.seq = %d) execute function refuse()
        """
            .formatted(seq));
  }

  private boolean hasTables() {
    try {
      execute("select from firehose_events limit 1");
      return true;
    } catch (SQLException notYet) {
      return false;
    }
  }

  private void execute(String sql) throws SQLException {
    DatabaseUrl url = postgres.url();
    try (Connection connection =
            DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** An operator replays a dead letter. */
  void replay(String... which) {
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output, true);
    String[] words = new String[which.length + 1];
    words[0] = "replay";
    System.arraycopy(which, 0, words, 1, which.length);
    int status =
        new CommandLine(
                new DeadLettersCommand(
                    () -> new Variables(Map.of("KAFKA_BOOTSTRAP_SERVERS", servers()))))
            .setOut(writer)
            .setErr(writer)
            .execute(words);
    assertThat(status).as(output.toString()).isZero();
  }

  /** An operator sets the cursor to where it is. */
  void setCursor() throws Exception {
    operator.set(relay.head(), false);
  }

  /** As somebody else may write to a topic. */
  RecordMetadata write(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers(), "max.request.size", RECORD_BYTES_MAX),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return Objects.requireNonNull(producer.send(record).get());
    }
  }

  @Override
  public void close() {
    cursors.close();
    letters.close();
    ingester.close();
    sink.close();
    relay.close();
    collector.close();
    kafka.close();
    postgres.close();
  }
}
