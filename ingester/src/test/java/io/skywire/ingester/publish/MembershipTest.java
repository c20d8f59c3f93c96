package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an ingester makes of what its group says. */
class MembershipTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CURSOR, 0);
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Group group = new Group();
  private final Leadership leadership = new Leadership(group, SESSION);

  @Test
  void whoHasThePartitionLeadsUntilItIsTaken() {
    assertThat(leadership.await(WAIT)).isFalse();
    group.next = List.of(PARTITION);
    assertThat(leadership.await(WAIT)).isTrue();
    assertThat(group.paused()).containsExactly(PARTITION);
    group.next = List.of(PARTITION);
    assertThat(leadership.await(WAIT)).as("as it was").isTrue();
    group.next = List.of();
    assertThat(leadership.await(WAIT)).isFalse();
  }

  @Test
  void onlyWhoDoesNotLeadWaitsForIt() {
    leadership.await(WAIT);
    group.next = List.of(PARTITION);
    leadership.await(WAIT);
    leadership.await(WAIT);
    assertThat(group.waits).containsExactly(WAIT, WAIT, Duration.ZERO);
  }

  @Test
  void whoLeadsLooksOnlyNowAndThenWhetherItStillDoes() {
    assertThat(leadership.held()).as("looks at first").isFalse();
    assertThat(group.waits).containsExactly(Duration.ZERO);
    group.next = List.of(PARTITION);
    leadership.await(WAIT);
    assertThat(leadership.held()).isTrue();
    assertThat(group.waits).as("looked just now").hasSize(2);
  }

  @Test
  void whoHasHeardOfTheGroupWithinItsSessionIsAMember() {
    assertThat(leadership.isMember()).as("before it has looked").isFalse();
    assertThat(isMember(null)).as("no such metric").isFalse();
    assertThat(isMember(-1.0)).as("no heartbeat yet").isFalse();
    assertThat(isMember(0.0)).isTrue();
    assertThat(isMember(6.0)).isTrue();
    assertThat(isMember(6.1)).isFalse();
    assertThat(isMember("soon")).isFalse();
  }

  private boolean isMember(@Nullable Object heartbeatAge) {
    group.heartbeatAge = heartbeatAge;
    leadership.await(WAIT);
    return leadership.isMember();
  }

  @Test
  void isConfirmedByACommitThatTheGroupTakes() {
    group.next = List.of(PARTITION);
    leadership.await(WAIT);
    assertThat(leadership.isConfirmed()).isTrue();
    group.refusal = new CommitFailedException();
    assertThat(leadership.isConfirmed()).isFalse();
    group.refusal = new RebalanceInProgressException();
    assertThat(leadership.isConfirmed()).isFalse();
  }

  @Test
  void leavesTheGroupWhenItIsClosed() {
    leadership.close();
    assertThat(group.closed()).isTrue();
  }

  private static final class Group extends MockConsumer<byte[], byte[]> {
    private final List<Duration> waits = new ArrayList<>();
    private @Nullable List<TopicPartition> next;
    private @Nullable Object heartbeatAge;
    private @Nullable RuntimeException refusal;

    Group() {
      super("earliest");
      updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      waits.add(timeout);
      if (next != null) {
        rebalance(next);
        next = null;
      }
      return super.poll(timeout);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      assertThat(offsets).containsOnlyKeys(PARTITION);
      if (refusal != null) {
        throw refusal;
      }
    }

    @Override
    public synchronized Map<MetricName, ? extends Metric> metrics() {
      return heartbeatAge == null
          ? Map.of(name("another"), metric("another", 0.0))
          : Map.of(
              name("last-heartbeat-seconds-ago"),
              metric("last-heartbeat-seconds-ago", heartbeatAge));
    }

    private static MetricName name(String name) {
      return new MetricName(name, "consumer-coordinator-metrics", "", Map.of());
    }

    private static Metric metric(String name, Object value) {
      return new Metric() {
        @Override
        public MetricName metricName() {
          return name(name);
        }

        @Override
        public Object metricValue() {
          return value;
        }
      };
    }
  }
}
