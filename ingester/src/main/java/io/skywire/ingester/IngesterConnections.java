package io.skywire.ingester;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.Leadership;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.relay.FrameSource;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.relay.RelayLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what the ingester's loop works with, with the client settings that its guarantees rest on.
 * Owns nothing: whoever opens closes.
 */
public final class IngesterConnections implements Ingester.Connections {
  private static final Logger log = LoggerFactory.getLogger(IngesterConnections.class);

  private static final String GROUP = "skywire-ingester";

  /** A standby takes over so long after the leader was last heard of, if nothing else is set. */
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /** A standby hears with its next heartbeat that the leader is gone. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** A dead ingester's open transaction holds back readers for so long, if nobody takes over. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  private static final int PRODUCER_BATCH_BYTES = 256 * 1024;
  private static final int LINGER_MILLIS = 5;

  /**
   * Room for the largest record twice. With the frames in the relay's buffer (64 MiB), those of a
   * batch (13 MiB at most), its JSON and dead letters (28 MiB), the same for the batch that is made
   * meanwhile (3 MiB and 28 MiB) and the decoder's own buffer (23 MiB while it grows) it fits into
   * a heap of 256 MiB; a batch that is larger waits in send.
   */
  private static final long PRODUCER_BUFFER_BYTES = 2L * TopicSetup.RECORD_BYTES_MAX;

  private static final long STATUS_BUFFER_BYTES = 1024 * 1024;
  private static final Duration STATUS_BLOCK_MAX = Duration.ofSeconds(2);

  /**
   * Shorter than the shortest session that brokers allow by themselves, six seconds: what a leader
   * that was cut off could not say in time is not said beside its successor, which knows better.
   */
  private static final Duration STATUS_DELIVERY_MAX = Duration.ofSeconds(5);

  private static final Duration STATUS_REQUEST_MAX = Duration.ofSeconds(4);

  private final IngesterSettings settings;
  private final RelayLimits limits;
  private final InstantSource clock;
  private final Tracer tracer;
  private boolean weaknessesTold;

  /** Of whoever publishes no events. */
  public IngesterConnections(IngesterSettings settings, InstantSource clock) {
    this(settings, clock, Tracing.none());
  }

  public IngesterConnections(IngesterSettings settings, InstantSource clock, Tracer tracer) {
    this.settings = settings;
    this.limits =
        RelayLimits.defaults()
            .withBuffer(
                settings.bufferEventsMax(), settings.bufferBytesMax(), settings.bufferFullMax())
            .withSilence(settings.patience().pingInterval(), settings.patience().silenceMax());
    this.clock = clock;
    this.tracer = tracer;
  }

  /**
   * Makes the topics that are absent, and joins the ingesters of which one leads.
   *
   * @throws ExecutionException when Kafka refuses or is away
   */
  @Override
  public Leadership joinGroup() throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(settings.kafka())) {
      topics.ensure(settings.eventPartitions());
      tellWeaknesses(topics);
    }
    Map<String, Object> consumer = memberProperties();
    return new Leadership(newConsumer(consumer), session(consumer));
  }

  /** Of the consumer that is a member of the group. */
  Map<String, Object> memberProperties() {
    Map<String, Object> consumer = consumerProperties();
    consumer.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    if (settings.instance() != null) {
      consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, GROUP + "-" + settings.instance());
    }
    // The eager default takes the partition from the leader whenever a standby comes or goes.
    consumer.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    consumer.putIfAbsent(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Long.toString(SESSION_TIMEOUT.toMillis()));
    consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) HEARTBEAT.toMillis());
    return consumer;
  }

  /** Fences whoever publishes this relay now. */
  @Override
  public EventPublisher openPublisher() throws FencedException, PublishFailedException {
    return EventPublisher.open(
        newProducer(publisherProperties()),
        cursors(),
        settings.relayName(),
        settings.eventPartitions(),
        clock,
        tracer);
  }

  /** Of the producer of events. */
  Map<String, Object> publisherProperties() {
    Map<String, Object> producer = producerProperties();
    producer.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "skywire-ingester-" + settings.relayName());
    producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    Duration delivery = settings.patience().deliveryMax();
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) delivery.toMillis());
    producer.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        (int) settings.patience().requestMax().toMillis());
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery.toMillis());
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSetup.RECORD_BYTES_MAX);
    producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER_BYTES);
    producer.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
    producer.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    producer.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return producer;
  }

  CursorTopic cursors() {
    return new CursorTopic(() -> newConsumer(consumerProperties()));
  }

  @Override
  public FrameSource subscribe(@Nullable Long cursor)
      throws RelayDisconnectedException, InterruptedException {
    return RelayConnection.open(settings.relay(), cursor, limits, clock);
  }

  /** For {@link Topics#STATUS}. */
  Producer<byte[], byte[]> statusProducer() {
    return newProducer(statusProperties());
  }

  Map<String, Object> statusProperties() {
    Map<String, Object> producer = producerProperties();
    producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, STATUS_BUFFER_BYTES);
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, STATUS_BLOCK_MAX.toMillis());
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) STATUS_DELIVERY_MAX.toMillis());
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) STATUS_REQUEST_MAX.toMillis());
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return producer;
  }

  /** Once: whoever cannot or will not mend it need not read it with every reconnect. */
  private void tellWeaknesses(TopicAdmin topics) throws InterruptedException {
    if (weaknessesTold) {
      return;
    }
    weaknessesTold = true;
    try {
      topics.weaknesses().forEach(log::warn);
    } catch (ExecutionException hidden) {
      log.debug("the topics' settings cannot be seen", hidden);
    }
  }

  private Map<String, Object> producerProperties() {
    Map<String, Object> producer = settings.kafka().producer();
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return producer;
  }

  /** Of a consumer of what is committed. */
  Map<String, Object> consumerProperties() {
    Map<String, Object> consumer = settings.kafka().consumer();
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return consumer;
  }

  /** As Kafka's client reads it. */
  static Duration session(Map<String, Object> consumer) {
    String millis = String.valueOf(consumer.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
    return Duration.ofMillis(Long.parseLong(millis.strip()));
  }

  private static Producer<byte[], byte[]> newProducer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Consumer<byte[], byte[]> newConsumer(Map<String, Object> properties) {
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
