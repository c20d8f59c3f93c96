package io.skywire.standalone.doctor;

import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Whether a topic takes what is written to it, and keeps it: it may have been made or changed by
 * others. Pure.
 */
final class TopicCheck {
  /** Sinks may be away for a night. */
  private static final Duration KEPT_MIN = Duration.ofDays(1);

  /** A dead letter is replayed under its old time, and is kept for so long. */
  private static final Duration TIMES_APART_MIN = Duration.ofDays(30);

  private static final String KAFKA = "kafka";

  private final String topic;
  private final Map<String, String> settings;
  private final List<Finding> findings = new ArrayList<>();

  private TopicCheck(String topic, Map<String, String> settings) {
    this.topic = topic;
    this.settings = settings;
  }

  /**
   * Nothing of what is well.
   *
   * @param settings as Kafka writes them; those that may not be asked are taken to be well
   */
  static List<Finding> of(TopicDescription topic, Map<String, String> settings) {
    TopicCheck check = new TopicCheck(topic.name(), settings);
    check.copies(topic.partitions());
    switch (topic.name()) {
      case Topics.EVENTS -> {
        check.losesNoneForAnother();
        check.waitsForSinks();
        check.takesAnyRecord();
      }
      case Topics.DEAD_LETTERS -> {
        check.losesNoneForAnother();
        check.takesAnyRecord();
      }
      case Topics.CURSOR -> check.keepsTheLatest();
      default -> {}
    }
    return check.findings;
  }

  private void copies(List<TopicPartitionInfo> partitions) {
    long inSyncMin = number(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1);
    List<TopicPartitionInfo> leaderless = those(partitions, one -> one.leader() == null);
    List<TopicPartitionInfo> stuck = those(partitions, one -> one.isr().size() < inSyncMin);
    List<TopicPartitionInfo> behind =
        those(partitions, one -> one.isr().size() < one.replicas().size());
    if (!leaderless.isEmpty()) {
      bad(
          "%d of %d partitions have no leader, so that nothing goes in or out: start broker %s"
              .formatted(leaderless.size(), partitions.size(), missing(leaderless)));
    } else if (!stuck.isEmpty()) {
      bad(
          "%d of %d partitions take nothing, with fewer copies in sync than min.insync.replicas=%d: start broker %s"
              .formatted(stuck.size(), partitions.size(), inSyncMin, missing(stuck)));
    } else if (!behind.isEmpty()) {
      warning(
          "%d of %d partitions have copies that are not in sync: is broker %s down, or slow?"
              .formatted(behind.size(), partitions.size(), missing(behind)));
    }
  }

  private static List<TopicPartitionInfo> those(
      List<TopicPartitionInfo> partitions, Predicate<TopicPartitionInfo> are) {
    return partitions.stream().filter(are).toList();
  }

  /** The brokers whose copies are not in sync. */
  private static String missing(List<TopicPartitionInfo> partitions) {
    return partitions.stream()
        .flatMap(one -> one.replicas().stream().filter(copy -> !one.isr().contains(copy)))
        .map(Node::id)
        .distinct()
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /** A gap has the key of the event before it, and a letter may have none. */
  private void losesNoneForAnother() {
    String policy = settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      bad(
          "with cleanup.policy=%s Kafka drops or refuses records of Skywire's for their keys; %s"
              .formatted(
                  policy,
                  set(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE)));
    }
  }

  private void keepsTheLatest() {
    String policy = settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
    if (policy.contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
      bad(
          "with cleanup.policy=%s Kafka forgets the cursor while no ingester works, and the next one would begin as if there were none; %s"
              .formatted(
                  policy,
                  set(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    }
  }

  private void waitsForSinks() {
    long kept = number(TopicConfig.RETENTION_MS_CONFIG, -1);
    if (kept >= 0 && kept < KEPT_MIN.toMillis()) {
      warning(
          "it keeps events for %d minutes, and what no sink has stored by then is lost; %s"
              .formatted(
                  Duration.ofMillis(kept).toMinutes(),
                  set(TopicConfig.RETENTION_MS_CONFIG, TopicSetup.EVENTS_RETENTION.toMillis())));
    }
  }

  private void takesAnyRecord() {
    long bytesMax = number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.MAX_VALUE);
    if (bytesMax < TopicSetup.RECORD_BYTES_MAX) {
      bad(
          "it takes records of %d bytes, and the first event that is larger holds up all that come after it; %s"
              .formatted(
                  bytesMax,
                  set(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TopicSetup.RECORD_BYTES_MAX)));
    }
    for (String name :
        List.of(
            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)) {
      long apart = number(name, Long.MAX_VALUE);
      if (apart < TIMES_APART_MIN.toMillis()) {
        warning(
            "with %s=%d it refuses events once a clock has jumped, or a dead letter is replayed; %s"
                .formatted(name, apart, set(name, Long.MAX_VALUE)));
      }
    }
  }

  private long number(String name, long unknown) {
    String value = settings.get(name);
    return value == null ? unknown : Long.parseLong(value);
  }

  private static String set(String name, Object value) {
    return "set %s=%s (kafka-configs)".formatted(name, value);
  }

  private void bad(String words) {
    findings.add(Finding.bad(KAFKA, "topic " + topic + ": " + words));
  }

  private void warning(String words) {
    findings.add(Finding.warning(KAFKA, "topic " + topic + ": " + words));
  }
}
