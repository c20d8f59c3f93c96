package io.skywire.sink.stats;

import static io.skywire.sink.stats.TestEvents.commit;
import static io.skywire.sink.stats.TestEvents.json;
import static io.skywire.sink.stats.TestEvents.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kafka Streams on a real Kafka: what it is opened with, and what it ends for. */
@Timeout(120)
class StatsStreamsTest {
  private static final int PARTITIONS = 2;
  private static final int MIB = 1024 * 1024;
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);
  private static final String FEED = "team-feed";
  private static final Map<String, String> ROUTE =
      Map.of("SKYWIRE_ROUTES", "app.bsky.feed.*=" + FEED);

  /** Longer than between two commits. */
  private static final int WAITED_MILLIS = 2_000;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Set<Thread> before = streamThreads();
  private EmbeddedKafka kafka;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.startTemporary();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    TopicSetup.ensure(admin, PARTITIONS);
  }

  @AfterEach
  void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void whatTheTopicHasIsCountedAndSentOnFromItsOldestEventOn() throws Exception {
    publish(post(1), post(2), json(post(3), "x".repeat(2 * MIB)));
    StatsStreams streams = streams();
    try (LoopThread loop = new LoopThread("streams", streams, STOP_MAX)) {
      loop.start();
      await(() -> seqs(FEED).equals(List.of(1L, 2L, 3L)));
      publish(post(4));
      await(() -> seqs(FEED).equals(List.of(1L, 2L, 3L, 4L)));
      await(() ->
          counts()
              .equals(
                  Map.of(
                      "2026-07-04T12:00:00Z commit", 4L,
                      "2026-07-04T12:00:00Z commit app.bsky.feed.post create", 4L)));
      assertThat(streams.isWorking()).isTrue();
      // Exactly once: what is counted, sent on and read is one transaction.
      assertThat(admin.listTransactions().all().get())
          .extracting(TransactionListing::transactionalId)
          .anySatisfy(id -> assertThat(id).startsWith(StatsStreams.APPLICATION));
      assertThat(ownThreads()).isNotEmpty();
    }
    assertThat(streams.isWorking()).isFalse();
    // On a busy machine it takes longer than the loop waits for it.
    await(() -> ownThreads().isEmpty());
    // Whoever goes on need not wait for the end of its session.
    ConsumerGroupDescription group =
        Objects.requireNonNull(
            admin
                .describeConsumerGroups(List.of(StatsStreams.APPLICATION))
                .all()
                .get()
                .get(StatsStreams.APPLICATION));
    assertThat(group.members()).isEmpty();
  }

  @Test
  void countsWaitWhileTheSinkIsBehindAndLackNothingAfterwards() throws Exception {
    AtomicBoolean behind = new AtomicBoolean();
    try (LoopThread loop = new LoopThread("streams", streams(Map.of(), behind::get), STOP_MAX)) {
      loop.start();
      publish(post(1));
      await(() -> posts() == 1);
      // Most likely in the middle of a transaction, which nobody may keep open.
      publish(post(2));
      behind.set(true);
      await(() -> waiting() == 1);
      publish(post(3));
      TimeUnit.MILLISECONDS.sleep(WAITED_MILLIS);
      assertThat(posts()).isLessThan(3);
      behind.set(false);
      await(() -> posts() == 3);
      assertThat(waiting()).isZero();
      assertThat(registry.get("skywire.sink.streams.failures").counter().count()).isZero();
    }
  }

  @Test
  void whatIsToBeRestoredIsRestoredWhileTheSinkIsBehind() throws Exception {
    try (LoopThread loop = new LoopThread("streams", streams(Map.of(), () -> false), STOP_MAX)) {
      loop.start();
      publish(post(1));
      await(() -> posts() == 1);
    }
    publish(post(2));
    registry.clear();
    StatsStreams again = streams(Map.of(), () -> true);
    try (LoopThread loop = new LoopThread("streams", again, STOP_MAX)) {
      loop.start();
      await(() -> waiting() == 1);
      assertThat(again.isWorking()).isTrue();
    }
  }

  @Test
  void aRouteDoesNotWait() throws Exception {
    try (LoopThread loop = new LoopThread("streams", streams(ROUTE, () -> true), STOP_MAX)) {
      loop.start();
      publish(post(1));
      await(() -> seqs(FEED).equals(List.of(1L)));
      assertThat(waiting()).isZero();
    }
  }

  private double waiting() {
    return registry.get("skywire.sink.stats.waiting").gauge().value();
  }

  private long posts() {
    return counts().getOrDefault("2026-07-04T12:00:00Z commit", 0L);
  }

  @Test
  void aRouteWhoseTopicDoesNotFitEndsTheLoopAndIsNamed() throws Exception {
    make(FEED, PARTITIONS + 1);
    assertThatThrownBy(this::runToItsEnd)
        .rootCause()
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("SKYWIRE_ROUTES", FEED, "3 partitions", "expected 2");
    await(() -> ownThreads().isEmpty());
  }

  @Test
  void topicsOfItsOwnThatDoNotFitEndTheLoopAndAreNamed() throws Exception {
    make(StatsStreams.APPLICATION + "-" + EventCounter.STORE + "-changelog", PARTITIONS + 1);
    assertThatThrownBy(this::runToItsEnd)
        .cause()
        .isInstanceOf(FatalException.class)
        .hasMessageContaining("delete those that begin with skywire-stats-");
    await(() -> ownThreads().isEmpty());
  }

  private void runToItsEnd() throws Exception {
    try (LoopThread loop = new LoopThread("streams", streams(), STOP_MAX)) {
      loop.start();
      loop.done().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private StatsStreams streams() {
    return streams(ROUTE, () -> false);
  }

  private StatsStreams streams(Map<String, String> routes, BooleanSupplier sinkIsBehind) {
    Map<String, String> all = new HashMap<>(routes);
    all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    // What is passed through weakens nothing.
    all.put("SPRING_KAFKA_PROPERTIES_PROCESSING_GUARANTEE", "at_least_once");
    all.put("SPRING_KAFKA_PROPERTIES_AUTO_OFFSET_RESET", "latest");
    Variables variables = new Variables(all);
    return new StatsStreams(
        KafkaSettings.from(variables),
        true,
        Routes.from(variables),
        PARTITIONS,
        sinkIsBehind,
        new StatsMetrics(registry),
        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new Random(1)));
  }

  private static TestRecord<byte[], byte[]> post(long seq) {
    return with(
        with(
            commit(seq, NOON.plusMillis(seq), "create app.bsky.feed.post"),
            "collections",
            "app.bsky.feed.post"),
        "watermark",
        Long.toString(seq));
  }

  @SafeVarargs
  private void publish(TestRecord<byte[], byte[]>... records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "max.request.size",
                TopicSetup.RECORD_BYTES_MAX),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (TestRecord<byte[], byte[]> record : records) {
        int partition = (int) (seq(record.key()) % PARTITIONS);
        producer.send(
            new ProducerRecord<>(
                Topics.EVENTS,
                partition,
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers()));
      }
    }
  }

  private void make(String topic, int partitions) throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, partitions, (short) 1)
                    .configs(
                        Map.of(
                            "max.message.bytes", Integer.toString(TopicSetup.RECORD_BYTES_MAX)))))
        .all()
        .get();
  }

  /** Of the events of a route, in order of their seqs; each as often as it is there. */
  private List<Long> seqs(String topic) {
    return read(topic).stream()
        .filter(record -> record.value() != null)
        .map(record -> seq(record.key()))
        .sorted()
        .toList();
  }

  private static long seq(byte[] key) {
    return Objects.requireNonNull(Seq.ofKey(key));
  }

  private Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(Topics.STATS)) {
      MinuteCount count = MinuteCount.fromJson(record.value());
      counts.put(count.key(), count.count());
    }
    return counts;
  }

  /** What is committed, from the topic's beginning to its end; nothing where there is no topic. */
  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.listTopics().getOrDefault(topic, List.of()).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(read::add);
      }
    }
    return read;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it takes no longer than %s", PATIENCE).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Those of other tests, whose Kafka is gone, stay for as long as their producers wait for it. */
  private Set<Thread> ownThreads() {
    Set<Thread> own = streamThreads();
    own.removeAll(before);
    return own;
  }

  private static Set<Thread> streamThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("StreamThread"))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
