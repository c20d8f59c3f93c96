package io.skywire.standalone.processes;

import io.skywire.common.topic.TopicDurability;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What an operator can see of the brokers and of who shares their partitions. */
final class KafkaView implements AutoCloseable {
  static final String INGESTERS = "skywire-ingester";
  static final String SINKS = "skywire-sink";

  private final Admin admin;

  KafkaView(String servers) {
    admin = Admin.create(Map.of("bootstrap.servers", (Object) servers));
  }

  /** The node that leads the metadata quorum. */
  int controller() throws ExecutionException, InterruptedException {
    return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
  }

  /** The node that coordinates the transactions: there is one partition of their log. */
  int transactionCoordinator() throws ExecutionException, InterruptedException {
    return topics(List.of("__transaction_state")).getFirst().partitions().getFirst().leader().id();
  }

  /** Waits until every replica of every topic has all that is committed. */
  void awaitInSync(Duration max) throws Exception {
    Eventually.isTrue(
        "every replica is in sync",
        max,
        () -> {
          Set<String> all =
              admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
          return topics(all).stream()
              .flatMap(topic -> topic.partitions().stream())
              .allMatch(partition -> partition.isr().size() == partition.replicas().size());
        });
  }

  /** Waits until so many members of a group have shared all partitions. */
  void awaitMembers(String group, int members, Duration max) throws Exception {
    int partitions = group.equals(SINKS) ? Deployment.PARTITIONS : 1;
    Eventually.isTrue(
        members + " share " + group,
        max,
        () -> {
          Map<String, Integer> shares = shares(group);
          return shares.size() == members
              && shares.values().stream().mapToInt(Integer::intValue).sum() == partitions;
        });
  }

  /** The name of the ingester that the group has made the leader; empty in between. */
  Optional<String> leader() throws ExecutionException, InterruptedException {
    return shares(INGESTERS).entrySet().stream()
        .filter(member -> member.getValue() > 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** How many partitions each member has, by its name; none while the group is rebalancing. */
  Map<String, Integer> shares(String group) throws ExecutionException, InterruptedException {
    ConsumerGroupDescription description =
        admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    Map<String, Integer> shares = new HashMap<>();
    if (description != null && description.groupState() == GroupState.STABLE) {
      for (MemberDescription member : description.members()) {
        shares.put(
            member.groupInstanceId().orElse("").replace(group + "-", ""),
            member.assignment().topicPartitions().size());
      }
    }
    return shares;
  }

  /** How many brokers must have what is acknowledged, by the setting that is in force. */
  String inSyncMin(String topic) throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    return config == null ? "" : config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value();
  }

  void setInSyncMin(String topic, int brokers) throws ExecutionException, InterruptedException {
    set(new ConfigResource(ConfigResource.Type.TOPIC, topic), brokers);
  }

  /** Of topics that do not say it themselves. */
  void setDefaultInSyncMin(int brokers) throws ExecutionException, InterruptedException {
    set(new ConfigResource(ConfigResource.Type.BROKER, ""), brokers);
  }

  /** What Skywire would warn of. */
  List<String> weaknesses() throws ExecutionException, InterruptedException {
    return TopicDurability.weaknesses(admin);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }

  private void set(ConfigResource resource, int inSyncMin)
      throws ExecutionException, InterruptedException {
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(inSyncMin)),
            AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }

  private List<TopicDescription> topics(Collection<String> names)
      throws ExecutionException, InterruptedException {
    return List.copyOf(admin.describeTopics(names).allTopicNames().get().values());
  }
}
