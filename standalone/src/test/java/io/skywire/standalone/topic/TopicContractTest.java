package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What internal teams are given is what there is: the records are as {@code asyncapi.yaml} has
 * them, and nothing in it is without a record; the examples print what was sent. One set of topics
 * for all of it, which the last test spoils for the examples. Those run at the same time.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TopicContractTest {
  private static final int FURTHER = 50;

  private static PreparedExamples examples;
  private static FilledTopics topics;
  private static ConsumerGroups groups;

  @BeforeAll
  static void fill() throws Exception {
    examples = new PreparedExamples();
    topics = new FilledTopics();
    groups = new ConsumerGroups(topics.servers());
  }

  @AfterAll
  static void close() {
    groups.close();
    topics.close();
  }

  /** Where it has not, the tests below are without it. */
  @ParameterizedTest
  @EnumSource
  @Order(1)
  void anExampleHasWhatItNeeds(Example example) throws Exception {
    examples.require(example);
  }

  /** From the beginning, then live; after a crash from where they had committed. */
  @Test
  @Order(2)
  void examplesSeeEachEventOnceAndGoOnWhereTheyWere() throws Exception {
    Set<Example> subscribers = newSubscribers();
    try (ExampleRuns first = new ExampleRuns(subscribers, example -> topics.servers())) {
      first.each(run -> run.await(topics.sent()));
      topics.emit(FURTHER);
      first.each(run -> requireDone(run, topics.sent()));
    }
    for (Example example : subscribers) {
      groups.forgetMembers(example.group());
    }
    topics.emit(FURTHER);
    List<Seen> sent = topics.sent();
    List<Seen> further = sent.subList(sent.size() - FURTHER, sent.size());
    try (ExampleRuns second = new ExampleRuns(subscribers, example -> topics.servers())) {
      second.each(run -> requireDone(run, further));
    }
  }

  @Test
  @Order(3)
  void newGroupsOfExamplesBeginAtATimeAndAfterASeq() throws Exception {
    String from = topics.from().toString();
    try (ExampleRuns runs =
        new ExampleRuns(
            newSubscribers(),
            example -> example.arguments(topics.servers(), topics.after(), from))) {
      runs.each(run -> requireDone(run, topics.sentFrom(topics.after())));
    }
  }

  @Test
  @Order(4)
  void kcatSeesAllOrWhatIsFromATimeOn() throws Exception {
    examples.require(Example.KCAT);
    String arguments = Example.KCAT.arguments(topics.servers(), 0, topics.from().toString());
    try (ExampleRun all = new ExampleRun(Example.KCAT, topics.servers());
        ExampleRun some = new ExampleRun(Example.KCAT, arguments)) {
      all.endWithPartitions(TopicWriters.PARTITIONS);
      all.requireSeen(topics.sent(), topics.hashes());
      some.endWithPartitions(TopicWriters.PARTITIONS);
      some.requireSeen(topics.sentFrom(0), topics.hashes());
    }
  }

  @Test
  @Order(5)
  void everyRecordIsAMessageOfThePageAndEveryMessageIsThere() throws Exception {
    topics.finish();
    AsyncApiPage page = AsyncApiPage.read();
    SchemaPlaces places = new SchemaPlaces();
    Map<String, Set<String>> missing = new TreeMap<>();
    page.channels()
        .forEach((channel, messages) -> {
          messages.forEach(message -> message.declareIn(places));
          missing.put(
              channel,
              messages.stream()
                  .map(TopicMessage::name)
                  .collect(Collectors.toCollection(TreeSet::new)));
        });
    for (String topic : topicsOfSkywire()) {
      String channel = page.channelOf(topic);
      for (ConsumerRecord<byte[], byte[]> record : records(topic)) {
        TopicMessage message = only(page.channels().getOrDefault(channel, List.of()), record);
        message.meetIn(places, record);
        missing.getOrDefault(channel, Set.of()).remove(message.name());
      }
    }
    assertThat(missing).allSatisfy((channel, messages) -> assertThat(messages).isEmpty());
    assertThat(places.unmet()).isEmpty();
  }

  /** Those with a consumer group that can run on this machine; their groups are not there yet. */
  private static Set<Example> newSubscribers() throws Exception {
    Set<Example> subscribers = examples.ready();
    subscribers.remove(Example.KCAT);
    assertThat(subscribers).isNotEmpty();
    for (Example example : subscribers) {
      groups.delete(example.group());
    }
    return subscribers;
  }

  private static void requireDone(ExampleRun run, List<Seen> expected) throws Exception {
    run.await(expected);
    groups.awaitCommitted(run.group());
    run.requireSeen(expected, topics.hashes());
  }

  /** All but Kafka's own, and those that Kafka Streams keeps for itself. */
  private static List<String> topicsOfSkywire() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) topics.servers()))) {
      return admin.listTopics().names().get().stream()
          .filter(topic -> !topic.startsWith("__") && !topic.startsWith("skywire-stats-"))
          .sorted()
          .toList();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    try (CommittedRecords records = new CommittedRecords(topics.servers(), topic)) {
      return records.next().stream().filter(record -> !topics.isForeign(record)).toList();
    }
  }

  /** The one that the record is. */
  private static TopicMessage only(
      List<TopicMessage> messages, ConsumerRecord<byte[], byte[]> record) {
    List<TopicMessage> fitting = new ArrayList<>();
    Map<String, List<String>> faults = new TreeMap<>();
    for (TopicMessage message : messages) {
      List<String> of = message.faults(record);
      if (of.isEmpty()) {
        fitting.add(message);
      }
      faults.put(message.name(), of);
    }
    assertThat(fitting)
        .as(() ->
            "messages that %s-%d@%d is; what is against each: %s"
                .formatted(record.topic(), record.partition(), record.offset(), faults))
        .hasSize(1);
    return fitting.getFirst();
  }
}
