package io.skywire.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a topic of three brokers may come to. */
class TopicCheckTest {
  private static final List<Node> BROKERS =
      IntStream.rangeClosed(1, 3).mapToObj(id -> new Node(id, "broker", 9092)).toList();
  private static final Node FIRST = BROKERS.getFirst();
  private static final Map<String, String> TWO_IN_SYNC = Map.of("min.insync.replicas", "2");

  @Test
  void copiesThatAreInSyncAreWell() {
    assertThat(TopicCheck.of(topic(FIRST, BROKERS), TWO_IN_SYNC)).isEmpty();
  }

  @Test
  void aCopyThatIsBehindIsAWarningThatNamesItsBroker() {
    assertThat(TopicCheck.of(topic(FIRST, BROKERS.subList(0, 2)), TWO_IN_SYNC))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
          assertThat(finding.words()).contains("1 of 2 partitions", "is broker 3 down");
        });
  }

  @Test
  void fewerInSyncThanAreAskedForIsBad() {
    assertThat(TopicCheck.of(topic(FIRST, BROKERS.subList(0, 1)), TWO_IN_SYNC))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.BAD);
          assertThat(finding.words())
              .contains("1 of 2 partitions take nothing", "start broker 2, 3");
        });
  }

  @Test
  void aPartitionWithoutALeaderIsBad() {
    assertThat(TopicCheck.of(topic(null, List.of()), TWO_IN_SYNC))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.BAD);
          assertThat(finding.words()).contains("1 of 2 partitions have no leader", "1, 2, 3");
        });
  }

  /** Where they may not be asked, nobody is alarmed. */
  @Test
  void settingsThatAreNotKnownAreTakenToBeWell() {
    for (String topic : List.of(Topics.EVENTS, Topics.CURSOR, Topics.DEAD_LETTERS)) {
      assertThat(TopicCheck.of(new TopicDescription(topic, false, List.of()), Map.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "skywire.events, cleanup.policy, compact, BAD, set cleanup.policy=delete",
    "skywire.events, cleanup.policy, 'compact,delete', BAD, set cleanup.policy=delete",
    "skywire.events, retention.ms, 3600000, WARNING, for 60 minutes",
    "skywire.events, max.message.bytes, 8388608, BAD, set max.message.bytes=16777216",
    "skywire.events, message.timestamp.after.max.ms, 3600000, WARNING, after.max.ms=9223372036854775807",
    "skywire.events, message.timestamp.before.max.ms, 3600000, WARNING, before.max.ms=92233720368547",
    "skywire.dead-letters, cleanup.policy, compact, BAD, set cleanup.policy=delete",
    "skywire.dead-letters, max.message.bytes, 1048588, BAD, set max.message.bytes=16777216",
    "skywire.cursor, cleanup.policy, delete, BAD, set cleanup.policy=compact"
  })
  void aSettingThatLosesOrRefusesIsTold(
      String topic, String name, String value, Finding.Level level, String advice) {
    assertThat(TopicCheck.of(new TopicDescription(topic, false, List.of()), Map.of(name, value)))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(level);
          assertThat(finding.words()).contains(topic, advice);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "skywire.events, cleanup.policy, delete",
    "skywire.events, retention.ms, 86400000",
    "skywire.events, retention.ms, -1",
    "skywire.events, max.message.bytes, 16777216",
    "skywire.events, message.timestamp.after.max.ms, 9223372036854775807",
    "skywire.dead-letters, retention.ms, 60000",
    "skywire.cursor, cleanup.policy, compact",
    "skywire.status, cleanup.policy, delete",
    "skywire.cursor, max.message.bytes, 1048588"
  })
  void aSettingThatDoesNotMatterIsWell(String topic, String name, String value) {
    assertThat(TopicCheck.of(new TopicDescription(topic, false, List.of()), Map.of(name, value)))
        .isEmpty();
  }

  /** Of two partitions, the second as told and the first well. */
  private static TopicDescription topic(@Nullable Node leader, List<Node> inSync) {
    return new TopicDescription(
        Topics.STATUS,
        false,
        List.of(
            new TopicPartitionInfo(0, FIRST, BROKERS, BROKERS),
            new TopicPartitionInfo(1, leader, BROKERS, inSync)));
  }
}
