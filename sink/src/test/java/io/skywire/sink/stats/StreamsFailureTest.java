package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.InvalidSettingException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TopologyException;
import org.junit.jupiter.api.Test;

class StreamsFailureTest {
  private final StreamsException otherPartitions =
      new StreamsException(
          "failed", new StreamsException("Existing topic has invalid partitions: expected 6"));

  @Test
  void whatABrokerDoesPasses() {
    assertThat(StreamsFailure.of(new StreamsException("failed", new KafkaException("away"))))
        .isEqualTo(StreamsFailure.PASSES);
    assertThat(StreamsFailure.of(new KafkaException())).isEqualTo(StreamsFailure.PASSES);
  }

  @Test
  void aTopicThatIsGoneIsMadeAgain() {
    assertThat(StreamsFailure.of(new MissingSourceTopicException("gone")))
        .isEqualTo(StreamsFailure.OPEN_ANEW);
  }

  @Test
  void whatOnlyAnOperatorCanMendIsFatal() {
    for (Throwable failure :
        new Throwable[] {
          new StackOverflowError(),
          new StreamsException("failed", new UnsupportedVersionException("too old")),
          new StreamsException("failed", new TopologyException("wrong")),
          new StreamsException("failed", new InvalidSettingException("wrong")),
          otherPartitions
        }) {
      assertThat(StreamsFailure.of(failure)).as("%s", failure).isEqualTo(StreamsFailure.FATAL);
    }
  }

  @Test
  void topicsOfOtherPartitionsAreToBeDeleted() {
    assertThat(StreamsFailure.fatal(otherPartitions))
        .hasMessageContaining("delete those that begin with skywire-stats-")
        .hasCause(otherPartitions);
    assertThat(StreamsFailure.fatal(new StackOverflowError("deep")))
        .hasMessageContaining("Kafka Streams cannot go on: ")
        .hasMessageContaining("deep");
  }
}
