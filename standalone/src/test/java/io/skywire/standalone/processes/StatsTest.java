package io.skywire.standalone.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SentOps;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two sinks that count and send on, killed again and again while the relay sends: what comes out is
 * what the relay has sent, to the last op.
 */
@Timeout(value = 7, unit = TimeUnit.MINUTES)
@Tag("long")
class StatsTest {
  private static final Path FOLDER = Path.of("target", "stats").toAbsolutePath();
  private static final int SEED = 23;
  private static final int EVENTS_A_SECOND = 300;
  private static final int KILLS = 8;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  /** Sinks hand on what they have counted every two seconds; then it is committed and stored. */
  private static final Duration HANDED_ON_WITHIN = Duration.ofSeconds(3);

  private static final String FEED = "team-feed";
  private static final String GRAPH = "team.graph";

  @Test
  void sinksThatAreKilledCountEachEventAndOpOnceAndSendEachOnOnce() throws Exception {
    TemporaryFolder.delete(FOLDER);
    Files.createDirectories(FOLDER);
    long killSeed = System.nanoTime();
    System.out.println("seed " + killSeed);
    Random random = new Random(killSeed);
    try (EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
        EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
        HikariDataSource database =
            Database.open(postgres.url(), "test", 2, Duration.ofSeconds(10));
        RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(SEED).withRate(EVENTS_A_SECOND));
        Worker ingester = worker("ingester", "ingester", kafka, postgres, relay);
        Worker first = worker("sink", "sink-1", kafka, postgres, relay);
        Worker second = worker("sink", "sink-2", kafka, postgres, relay)) {
      List<Worker> sinks = List.of(first, second);
      ingester.start();
      sinks.forEach(Worker::start);
      long counted = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        long before = counted;
        Eventually.isTrue(
            "more than " + before + " are counted", PATIENCE, () -> events(database) > before);
        counted = events(database);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2_500));
        // Sometimes both, so that nobody goes on.
        for (Worker sink : kill % 4 == 3 ? sinks : List.of(sinks.get(random.nextInt(2)))) {
          sink.kill();
          sink.start();
        }
      }
      relay.rate(1);
      long end = relay.emitted() + 1;
      relay.limit(end);
      Eventually.isTrue("the relay is at its end", PATIENCE, () -> relay.emitted() >= end);
      long head = relay.head();

      List<ConsumerRecord<byte[], byte[]>> topic = read(kafka, Topics.EVENTS, head);
      Map<Long, Instant> indexedAt = new HashMap<>();
      topic.stream()
          .filter(record -> record.value() != null)
          .forEach(record -> indexedAt.put(seq(record), Instant.ofEpochMilli(record.timestamp())));
      List<SentOps> sent = SentOps.of(SEED, relay.emitted());
      assertThat(indexedAt).hasSameSizeAs(sent);
      Map<String, Long> expected = expected(sent, indexedAt);
      System.out.println(sent.size() + " events, " + expected.size() + " counts");
      // No count ever falls: with their sum they are all there, or one of them is too high.
      Eventually.isTrue(
          "all events and ops are counted", PATIENCE, () -> sum(counts(database)) >= sum(expected));
      assertThat(counts(database)).isEqualTo(expected);
      Map<String, Long> told = new TreeMap<>();
      for (ConsumerRecord<byte[], byte[]> record : read(kafka, Topics.STATS, -1)) {
        long count = MinuteCount.fromJson(record.value()).count();
        Long before = told.put(new String(record.key(), StandardCharsets.UTF_8), count);
        assertThat(count).isGreaterThan(before == null ? 0 : before);
      }
      assertThat(told).isEqualTo(expected);

      List<LedgerEntry> ledger = relay.ledger().entries();
      assertRoute(kafka, FEED, head, ledger, name -> name.startsWith("app.bsky.feed."), topic);
      assertRoute(kafka, GRAPH, head, ledger, name -> name.equals("app.bsky.graph.follow"), topic);
      TimeUnit.NANOSECONDS.sleep(HANDED_ON_WITHIN.toNanos());
      assertThat(counts(database)).as("nothing is counted twice since").isEqualTo(expected);
    }
  }

  /** Its events are the ledger's, once, each as in the topic; each partition is complete. */
  private static void assertRoute(
      EmbeddedKafka kafka,
      String route,
      long head,
      List<LedgerEntry> ledger,
      Predicate<String> chosen,
      List<ConsumerRecord<byte[], byte[]>> topic) {
    List<ConsumerRecord<byte[], byte[]>> events =
        read(kafka, route, head).stream().filter(record -> record.value() != null).toList();
    assertThat(events.stream().map(StatsTest::seq).sorted().toList())
        .isEqualTo(
            ledger.stream()
                .filter(entry -> entry.collections().stream().anyMatch(chosen))
                .map(LedgerEntry::seq)
                .toList());
    assertThat(events).hasSizeGreaterThan(100);
    Map<Long, ConsumerRecord<byte[], byte[]>> all =
        topic.stream()
            .filter(record -> record.value() != null)
            .collect(Collectors.toMap(StatsTest::seq, record -> record));
    Map<Integer, Long> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> event : events) {
      ConsumerRecord<byte[], byte[]> original = Objects.requireNonNull(all.get(seq(event)));
      assertThat(event.value()).isEqualTo(original.value());
      assertThat(event.headers()).isEqualTo(original.headers());
      assertThat(event.timestamp()).isEqualTo(original.timestamp());
      assertThat(event.partition()).isEqualTo(original.partition());
      Long before = last.put(event.partition(), seq(event));
      assertThat(seq(event)).isGreaterThan(before == null ? 0 : before);
    }
  }

  /** What each key's count must be, by what was sent and the time at which the topic has it. */
  private static Map<String, Long> expected(List<SentOps> sent, Map<Long, Instant> indexedAt) {
    Map<String, Long> expected = new TreeMap<>();
    for (SentOps event : sent) {
      String minute =
          Objects.requireNonNull(indexedAt.get(event.seq()))
              .truncatedTo(ChronoUnit.MINUTES)
              .toString();
      expected.merge(minute + " " + event.type(), 1L, Long::sum);
      for (String op : event.ops()) {
        String[] words = op.split(" ", -1);
        expected.merge(
            minute + " " + event.type() + " " + words[1] + " " + words[0], 1L, Long::sum);
      }
    }
    return expected;
  }

  private static Map<String, Long> counts(HikariDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from event_stats")) {
      Map<String, Long> counts = new TreeMap<>();
      while (rows.next()) {
        String minute =
            rows.getObject("minute", OffsetDateTime.class)
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toInstant()
                .toString();
        counts.put(
            (minute
                    + " "
                    + rows.getString("event_type")
                    + " "
                    + rows.getString("collection")
                    + " "
                    + rows.getString("action"))
                .strip(),
            rows.getLong("events"));
      }
      return counts;
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many events are in the counts that are stored; 0 before there is a table. */
  private static long events(HikariDataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet table =
          statement.executeQuery("select to_regclass('event_stats') is not null")) {
        table.next();
        if (!table.getBoolean(1)) {
          return 0;
        }
      }
      try (ResultSet sum =
          statement.executeQuery(
              "select coalesce(sum(events), 0)::bigint from event_stats where action = ''")) {
        sum.next();
        return sum.getLong(1);
      }
    }
  }

  /**
   * All committed records of a topic.
   *
   * @param watermark that each partition must have got to first; negative for none
   */
  private static List<ConsumerRecord<byte[], byte[]>> read(
      EmbeddedKafka kafka, String topic, long watermark) {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    int partitions = topic.equals(Topics.STATS) ? 1 : PARTITIONS;
    List<TopicPartition> assigned =
        IntStream.range(0, partitions)
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Map<Integer, Long> watermarks = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(assigned);
      consumer.seekToBeginning(assigned);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isReadUp(consumer, assigned)
          || (watermark >= 0
              && (watermarks.size() < partitions
                  || watermarks.values().stream().anyMatch(each -> each < watermark)))) {
        assertThat(System.nanoTime()).as("%s: %s", topic, watermarks).isLessThan(deadline);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          records.add(record);
          watermarks.merge(record.partition(), watermark(record), Math::max);
        }
      }
    }
    return records;
  }

  private static boolean isReadUp(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> assigned) {
    return consumer.endOffsets(assigned).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static long watermark(ConsumerRecord<byte[], byte[]> record) {
    var header = record.headers().lastHeader("watermark");
    if (header != null) {
      return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8));
    }
    return record.value() == null && !record.topic().equals(Topics.STATS) ? seq(record) : -1;
  }

  private static long seq(ConsumerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(Seq.ofKey(record.key()));
  }

  private static Worker worker(
      String command,
      String name,
      EmbeddedKafka kafka,
      EmbeddedPostgresServer postgres,
      RelaySimulator relay) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    variables.put("DATABASE_URL", postgres.url().toUrl());
    variables.put("RELAY_URL", relay.uri().toString());
    variables.put("RELAY_START", "oldest");
    variables.put("SKYWIRE_INSTANCE", name);
    variables.put("SKYWIRE_EVENT_PARTITIONS", Integer.toString(PARTITIONS));
    variables.put("SKYWIRE_ROUTES", "app.bsky.feed.*=" + FEED + ",app.bsky.graph.follow=" + GRAPH);
    return new Worker(command, name, variables, List.of(), FOLDER);
  }
}
