package io.skywire.standalone.topic;

import io.skywire.common.topic.Topics;
import io.skywire.standalone.processes.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What the brokers keep of subscribers to {@code skywire.events}. Any thread. */
final class ConsumerGroups implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Admin admin;
  private final CommittedRecords events;

  /** By partition: behind its last record. */
  private final Map<Integer, Long> ends = new TreeMap<>();

  ConsumerGroups(String servers) {
    admin = Admin.create(Map.of("bootstrap.servers", (Object) servers));
    events = new CommittedRecords(servers, Topics.EVENTS);
  }

  /** Waits until the group has committed that it has done everything. */
  void awaitCommitted(String group) throws Exception {
    Map<Integer, Long> wanted = ends();
    Map<Integer, Long> committed = new TreeMap<>();
    Eventually.isTrue(
        () -> "%s has committed %s: so far %s".formatted(group, wanted, committed),
        PATIENCE,
        () -> {
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .forEach((partition, offset) -> {
                if (offset != null) {
                  committed.put(partition.partition(), offset.offset());
                }
              });
          return wanted.entrySet().stream()
              .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
        });
  }

  private synchronized Map<Integer, Long> ends() {
    for (ConsumerRecord<byte[], byte[]> record : events.next()) {
      ends.put(record.partition(), record.offset() + 1);
    }
    return new TreeMap<>(ends);
  }

  /** Its members have died: nobody need wait until the broker notices by itself. */
  void forgetMembers(String group) throws ExecutionException, InterruptedException {
    ConsumerGroupDescription described =
        admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    // Kafka refuses to remove nobody.
    if (described != null && !described.members().isEmpty()) {
      admin
          .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
    }
  }

  /** Whoever joins it next is new. */
  void delete(String group) throws ExecutionException, InterruptedException {
    try {
      forgetMembers(group);
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof GroupIdNotFoundException)) {
        throw failed;
      }
    }
  }

  @Override
  public void close() {
    events.close();
    admin.close(Duration.ofSeconds(5));
  }
}
