package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.DeadLetterTally;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.status.StoringProblem;
import io.skywire.sink.write.BatchPace;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventConsumer;
import io.skywire.sink.write.EventStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sink's reading side on a real Kafka and a real PostgreSQL, a batch at a time. */
@Timeout(120)
class CatchingUpTest {
  private static final int MIB = 1024 * 1024;
  private static final int PARTITIONS = 2;

  private EmbeddedKafka kafka;
  private SinkDatabase database;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.startTemporary();
    database = SinkDatabase.create();
  }

  @AfterEach
  void stop() {
    database.close();
    kafka.close();
  }

  @Test
  void largeEventsThatWereNextToNothingInTheTopicComeInBatchesOfBoundedBytes() throws Exception {
    publish(60, MIB);
    List<EventBatch> batches = storeAll(60, Map.of("SKYWIRE_SINK_BATCH_MIB_MAX", "8"));
    assertThat(batches)
        .allSatisfy(batch -> assertThat(bytes(batch)).isLessThan((8L + 4 + 1) * MIB));
    // Without putting polls together there would be fifteen of them at least.
    assertThat(batches).hasSizeLessThan(15);
    assertThat(database.rows("select seq from firehose_events order by seq"))
        .isEqualTo(LongStream.rangeClosed(1, 60).mapToObj(Long::toString).toList());
  }

  @Test
  void smallEventsComeInBatchesOfBoundedNumber() throws Exception {
    publish(5000, 10);
    List<EventBatch> batches = storeAll(5000, Map.of("SKYWIRE_SINK_BATCH_EVENTS_MAX", "1000"));
    assertThat(batches)
        .allSatisfy(batch -> assertThat(batch.rows()).hasSizeLessThanOrEqualTo(1000));
    assertThat(batches).anySatisfy(batch -> assertThat(batch.rows()).hasSizeGreaterThan(500));
    assertThat(database.rows("select count(distinct seq), count(*), min(seq) from firehose_events"))
        .containsExactly("5000,5000,1");
  }

  @Test
  void whatKafkaNoLongerHasIsAGapAndTheRestIsStored() throws Exception {
    publish(10, 10);
    storeAll(10, Map.of());
    publish(11, 30, 10);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      // Odd seqs are in partition 1: 1 to 9 before, 11 to 29 now.
      admin
          .deleteRecords(
              Map.of(new TopicPartition(Topics.EVENTS, 1), RecordsToDelete.beforeOffset(8)))
          .all()
          .get();
    }
    storeAll(27, Map.of());
    assertThat(database.rows("select relay, from_seq, to_seq from gaps"))
        .containsExactly("skywire.events/1,9,17");
    assertThat(
            database.rows(
                "select seq from firehose_events where seq > 10 and seq % 2 = 1 order by 1"))
        .containsExactly("17", "19", "21", "23", "25", "27", "29");
  }

  /** An ingester that dies or is fenced before its commit leaves its records in the topic. */
  @Test
  void whatWasAbortedIsNeitherStoredNorRaisesAWatermark() throws Exception {
    publish(1, 4, 10);
    try (KafkaProducer<byte[], byte[]> producer =
        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "dies"))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 7, 8, 10);
      producer.flush();
      producer.abortTransaction();
    }
    publish(5, 6, 10);
    storeAll(6, Map.of());
    assertThat(database.rows("select seq from firehose_events order by seq"))
        .containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(database.rows("select watermark_seq from sink_progress order by partition"))
        .containsExactly("6", "5");
  }

  @Test
  void aBatchThatPostgresDoesNotManageComesAgainInParts() throws Exception {
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          if (select count(*) from copied) > 10 then
            raise exception 'canceling statement due to statement timeout' using errcode = '57014';
          end if;
          return null;
        end $$
        """);
    afterEachCopy("fail()");
    publish(60, 10);
    MeterRegistry registry = new SimpleMeterRegistry();
    SinkSettings settings = settings(Map.of());
    try (SinkConnections connections = connections(settings);
        LoopThread loop =
            new LoopThread(
                "sink",
                new Sink(
                    connections,
                    new BatchPace(settings.batch(), System::nanoTime),
                    new StoringProblem(InstantSource.system()),
                    new DeadLetterTally(InstantSource.system()),
                    new SinkMetrics(registry, InstantSource.system()),
                    new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(1)),
                    System::nanoTime),
                Duration.ofSeconds(10))) {
      loop.start();
      while (count() < 60) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    assertThat(registry.get("skywire.sink.failures").tag("reason", "database").counter().count())
        .isPositive();
  }

  @Test
  void aStatementIsEndedBeforeTheGroupTakesTheSinkForDead() throws Exception {
    database.execute("create table bounds (seconds numeric, idle text)");
    database.execute(
        """
        create function note() returns trigger language plpgsql as $$
        begin
          insert into bounds values (extract(epoch from
              current_setting('statement_timeout')::interval
              + current_setting('lock_timeout')::interval),
              current_setting('idle_in_transaction_session_timeout'));
          return null;
        end $$
        """);
    afterEachCopy("note()");
    publish(1, 10);
    storeAll(1, Map.of());
    int bound = Integer.parseInt(database.rows("select max(seconds)::int from bounds").getFirst());
    assertThat(bound).as("for the statement, and for a lock before").isEqualTo(50 + 3);
    // What a sink that stands still has locked is free again then.
    assertThat(database.rows("select distinct idle from bounds")).containsExactly("20s");
    assertThat(SinkConnections.consumerProperties(settings(Map.of())))
        .extractingByKey(
            ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, InstanceOfAssertFactories.INTEGER)
        .isGreaterThan(bound * 1000);
  }

  private void afterEachCopy(String function) {
    database.execute(
        """
        create trigger told after insert on firehose_events
        referencing new table as copied for each statement execute function %s
        """
            .formatted(function));
  }

  private void publish(int events, int jsonBytes) throws Exception {
    publish(1, events, jsonBytes);
  }

  /** Seqs from the first to the last, by turns in both partitions, each its own watermark. */
  private void publish(long first, long last, int jsonBytes) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicSetup.ensure(admin, PARTITIONS);
    }
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      send(producer, first, last, jsonBytes);
    }
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSetup.RECORD_BYTES_MAX);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, MIB);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 100);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, long first, long last, int jsonBytes) {
    byte[] json = ("\"" + "a".repeat(jsonBytes) + "\"").getBytes(StandardCharsets.UTF_8);
    for (long seq = first; seq <= last; seq++) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              Topics.EVENTS,
              (int) (seq % PARTITIONS),
              ByteBuffer.allocate(Long.BYTES).putLong(seq).array(),
              json);
      header(record, EventHeaders.EVENT_TYPE, "commit");
      header(record, EventHeaders.WATERMARK, Long.toString(seq));
      var _ = producer.send(record);
    }
  }

  private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Stores batch by batch until the table has as many events, and answers the batches. */
  private List<EventBatch> storeAll(int events, Map<String, String> variables) throws Exception {
    List<EventBatch> batches = new ArrayList<>();
    SinkSettings settings = settings(variables);
    try (SinkConnections connections = connections(settings);
        EventConsumer consumer = connections.open()) {
      EventStore store = connections.store();
      while (count() < events) {
        EventBatch batch = consumer.poll(Duration.ofMillis(100), settings.batch());
        if (!batch.isEmpty()) {
          store.store(batch, consumer.progress(), consumer.trimmedBefore(batch));
          consumer.stored(batch);
          batches.add(batch);
        }
      }
    }
    return batches;
  }

  private long count() {
    return Long.parseLong(database.rows("select count(*) from firehose_events").getFirst());
  }

  private SinkConnections connections(SinkSettings settings) {
    return new SinkConnections(
        settings,
        database.pool(),
        new DayPartitions(database.pool(), InstantSource.system()),
        () -> null);
  }

  private SinkSettings settings(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    all.put("DATABASE_URL", database.url().toUrl());
    all.put("SKYWIRE_EVENT_PARTITIONS", Integer.toString(PARTITIONS));
    return SinkSettings.from(new Variables(all));
  }

  private static long bytes(EventBatch batch) {
    return batch.rows().stream().mapToLong(entry -> entry.row().json().length).sum();
  }
}
