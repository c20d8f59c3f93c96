package io.skywire.ingester.publish;

import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * Which of several ingesters works: the one to which the consumer group has assigned the cursor
 * topic's only partition. It keeps two from working at once for long; that neither can harm the
 * other is the business of the transactions. Owns the consumer; one thread.
 */
public final class Leadership implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(200);
  private static final Duration CONFIRM_MAX = Duration.ofSeconds(10);

  /** Negative before the first heartbeat. */
  private static final String HEARTBEAT_AGE = "last-heartbeat-seconds-ago";

  /** Nobody reads it: the group's coordinator takes it from members alone. */
  private static final Map<TopicPartition, OffsetAndMetadata> AN_OFFSET =
      Map.of(new TopicPartition(Topics.CURSOR, 0), new OffsetAndMetadata(0));

  private final Consumer<byte[], byte[]> consumer;
  private final Duration session;
  private boolean leading;
  private boolean member;
  private long lookedAtNanos = System.nanoTime() - LOOK_AGAIN_AFTER.toNanos();

  /**
   * @param session of the consumer: so long after its last word the group gives a member up
   */
  public Leadership(Consumer<byte[], byte[]> consumer, Duration session) {
    this.consumer = consumer;
    this.session = session;
    consumer.subscribe(List.of(Topics.CURSOR), new Assignment());
  }

  /** Waits until this ingester leads, {@code wait} at most; answers whether it does. */
  public boolean await(Duration wait) {
    return look(wait);
  }

  /**
   * Whether the group says so too, asked now. A process that was stopped for a while goes on with
   * what it remembers, and would fence the one that has taken over from it.
   */
  public boolean isConfirmed() {
    try {
      consumer.commitSync(AN_OFFSET, CONFIRM_MAX);
      return true;
    } catch (CommitFailedException | RebalanceInProgressException notNow) {
      return false;
    }
  }

  /** Whether this ingester still leads; cheap enough to ask before every batch. */
  public boolean held() {
    return System.nanoTime() - lookedAtNanos < LOOK_AGAIN_AFTER.toNanos()
        ? leading
        : look(Duration.ZERO);
  }

  /**
   * Whether this ingester has talked to the group within the time after which the group gives a
   * member up: it leads, or could at once. As of the last look.
   */
  public boolean isMember() {
    return member;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private boolean look(Duration wait) {
    // The partition is paused: polling only keeps the membership alive and hears of changes.
    consumer.poll(leading ? Duration.ZERO : wait);
    lookedAtNanos = System.nanoTime();
    member = isHeartbeatRecent();
    return leading;
  }

  /** Kafka's client tells it by its metrics alone. */
  private boolean isHeartbeatRecent() {
    for (Map.Entry<MetricName, ? extends Metric> metric : consumer.metrics().entrySet()) {
      if (metric.getKey().name().equals(HEARTBEAT_AGE)
          && metric.getValue().metricValue() instanceof Number seconds) {
        return seconds.doubleValue() >= 0 && seconds.doubleValue() <= session.toSeconds();
      }
    }
    return false;
  }

  private final class Assignment implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      if (!assigned.isEmpty()) {
        consumer.pause(assigned);
        leading = true;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      if (!revoked.isEmpty()) {
        leading = false;
      }
    }
  }
}
