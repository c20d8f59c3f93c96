package io.skywire.standalone.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
import io.skywire.embedded.kafka.KafkaNode;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.simulator.LedgerEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** One deployment for all: what it has been through before must not matter. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class FailoverTest {
  /** What is promised of a standby. */
  private static final Duration FAILOVER_MAX = Duration.ofSeconds(10);

  private static final long SEED = System.nanoTime();
  private static final Duration BROKER_LOSS_MAX = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static @Nullable Deployment started;

  private final Random random = new Random(SEED);
  private final Deployment deployment = Objects.requireNonNull(started);

  private String test = "";

  @BeforeAll
  static void start() throws Exception {
    System.out.println("seed " + SEED);
    long begin = System.nanoTime();
    started = Deployment.start();
    System.out.println("started in " + since(begin));
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  @BeforeEach
  void everyoneWorks(TestInfo info) throws Exception {
    test = info.getDisplayName();
    deployment.mend();
  }

  @Test
  void whenTheLeaderIsKilledTheStandbyGoesOnInUnderTenSeconds() throws Exception {
    for (int kill = 1; kill <= 2; kill++) {
      Worker leader = deployment.leader();
      Worker standby = deployment.otherThan(leader);
      awaitRandomInstant();
      assertThat(silenceAfter(leader::kill)).isLessThan(FAILOVER_MAX);
      assertThat(deployment.leader()).isSameAs(standby);
      leader.start();
      deployment.awaitEveryone();
    }
    deployment.assertNothingLostOrRepeated();
  }

  @Test
  void aPausedLeaderIsFencedWhenItWakesUpAndBecomesAStandby() throws Exception {
    Worker paused = deployment.leader();
    Worker standby = deployment.otherThan(paused);
    long pausedAt = System.nanoTime();
    // It has sent a whole transaction, and the word that commits it is under way.
    List<Hold> commits = paused.hold("EndTxn"::equals);
    awaitAny(commits);
    assertThat(silenceAfter(paused::pause)).isLessThan(FAILOVER_MAX);
    assertThat(deployment.leader()).isSameAs(standby);
    int sessions = deployment.relay().connections();
    int loggedBefore = paused.log().length();

    TimeUnit.NANOSECONDS.sleep(Duration.ofSeconds(15).minus(since(pausedAt)).toNanos());
    commits.forEach(Hold::goOn);
    paused.resume();
    Eventually.isTrue(
        "it says that it stands by",
        PATIENCE,
        () -> paused.log().substring(loggedBefore).contains("standing by"));
    deployment.awaitEveryone();
    // Nobody has disturbed the one that leads now.
    assertThat(deployment.leader()).isSameAs(standby);
    assertThat(deployment.relay().connections()).isEqualTo(sessions);
    assertThat(standby.log()).doesNotContain("standing by");

    assertThat(silenceAfter(standby::kill)).isLessThan(FAILOVER_MAX);
    assertThat(deployment.leader()).isSameAs(paused);
    deployment.assertNothingLostOrRepeated();
  }

  @Test
  void aSinkThatWakesUpWithABatchCannotStoreIt() throws Exception {
    Worker sink = deployment.sinks().getFirst();
    Hold store = sink.hold(request -> request.startsWith("update sink_progress")).getFirst();
    assertThat(store.await(PATIENCE)).isTrue();
    sink.pause();
    int loggedBefore = sink.log().length();
    // The others store what it has in hand, and more.
    long begin = System.nanoTime();
    deployment.view().awaitMembers(KafkaView.SINKS, 2, PATIENCE);
    deployment.awaitFlow();
    tell("its partitions go on with others after " + since(begin));

    sink.resume();
    store.goOn();
    Eventually.isTrue(
        "it says what it has lost",
        PATIENCE,
        () ->
            sink.log()
                .substring(loggedBefore)
                .contains("another sink has moved one of the partitions"));
    deployment.awaitEveryone();
    deployment.assertNothingLostOrRepeated();
  }

  @Test
  void aSinkPausedWithinItsTransactionDoesNotKeepItsPartitionsFromOthers() throws Exception {
    for (String instant : List.of("CopyDone", "COMMIT after CopyDone")) {
      Worker sink = deployment.sinks().get(random.nextInt(deployment.sinks().size()));
      Hold hold = sink.hold(instant::equals).getFirst();
      assertThat(hold.await(PATIENCE)).isTrue();
      sink.pause();
      long begin = System.nanoTime();
      deployment.awaitFlow();
      tell("its partitions go on with others after " + since(begin));
      assertThat(since(begin)).isLessThan(Duration.ofSeconds(20));
      hold.goOn();
      sink.resume();
      deployment.awaitEveryone();
    }
    deployment.assertNothingLostOrRepeated();
  }

  @Test
  void whatIsAcknowledgedIsWithTwoOfThreeBrokers() throws Exception {
    for (String topic : List.of(Topics.EVENTS, Topics.CURSOR, Topics.DEAD_LETTERS)) {
      assertThat(deployment.view().inSyncMin(topic)).as(topic).isEqualTo("2");
    }
    assertThat(deployment.view().weaknesses()).isEmpty();
    deployment.view().setInSyncMin(Topics.DEAD_LETTERS, 1);
    assertThat(deployment.view().weaknesses())
        .singleElement()
        .asString()
        .contains(Topics.DEAD_LETTERS, "min.insync.replicas=2");
    deployment.view().setInSyncMin(Topics.DEAD_LETTERS, 2);
  }

  @Test
  void eachBrokerMayBeKilled() throws Exception {
    List<KafkaNode> left = new ArrayList<>(deployment.kafka().nodes());
    kill(left, deployment.view().controller(), "controller");
    // What the first one had is with others now, and so is not left out.
    kill(left, deployment.view().transactionCoordinator(), "transaction coordinator");
    kill(left, left.getFirst().id(), "last");
    assertThat(left).isEmpty();
    deployment.awaitEveryone();
    deployment.assertNothingLostOrRepeated();
  }

  private void kill(List<KafkaNode> left, int id, String role) throws Exception {
    KafkaNode victim = left.stream().filter(node -> node.id() == id).findFirst().orElseThrow();
    left.remove(victim);
    awaitRandomInstant();
    long begin = System.nanoTime();
    victim.kill();
    silenceSince(begin, deployment.relay().head());
    deployment.awaitFlow();
    Duration silence = deployment.subscriber().longestSilence(begin);
    tell("killed %d (%s): longest silence %s".formatted(id, role, silence));
    assertThat(silence).isLessThan(BROKER_LOSS_MAX);
    victim.start();
    victim.awaitReady(PATIENCE);
    deployment.view().awaitInSync(PATIENCE);
  }

  /** Two of three are also the majority of the controllers, without which Kafka stands still. */
  @Test
  void afterTheLossOfTwoBrokersEverythingGoesOnOnceOneIsBack() throws Exception {
    List<KafkaNode> nodes = deployment.kafka().nodes();
    int spared = random.nextInt(nodes.size());
    List<KafkaNode> victims = nodes.stream().filter(node -> node != nodes.get(spared)).toList();
    victims.forEach(KafkaNode::kill);
    long waiting = deployment.relay().emitted() + 8L * Deployment.EVENTS_A_SECOND;
    Eventually.isTrue("events wait", PATIENCE, () -> deployment.relay().emitted() >= waiting);

    long begin = System.nanoTime();
    victims.getFirst().start();
    deployment.awaitFlow();
    tell("goes on %s after one is back".formatted(since(begin)));
    victims.getLast().start();
    victims.getLast().awaitReady(PATIENCE);
    deployment.view().awaitInSync(PATIENCE);
    deployment.awaitEveryone();
    deployment.assertNothingLostOrRepeated();
  }

  @Test
  void withoutKafkaTheApiServesWhatIsStoredAndHealthTellsWhy() throws Exception {
    long stored = deployment.relay().head();
    deployment.reader().awaitSeq(stored, PATIENCE);
    List<KafkaNode> nodes = deployment.kafka().nodes();
    nodes.forEach(KafkaNode::kill);
    Eventually.isTrue("health tells of Kafka", PATIENCE, this::healthTellsOfKafka);
    // The reader that pages all along would have ended with an answer that is no page.
    JsonNode page = deployment.reader().get("/api/events?limit=1000&since=0");
    assertThat(page.path("count").asInt()).isPositive();
    assertThat(page.path("events").valueStream().map(event -> event.path("seq").asLong()))
        .containsExactlyElementsOf(
            deployment.relay().ledger().entries().stream()
                .limit(page.path("count").asLong())
                .map(LedgerEntry::seq)
                .toList());
    assertThat(page.path("watermark_seq").asLong()).isGreaterThanOrEqualTo(stored);
    for (KafkaNode node : nodes) {
      node.start();
    }
    deployment.view().awaitInSync(PATIENCE);
    deployment.awaitEveryone();
    deployment.assertNothingLostOrRepeated();
  }

  private boolean healthTellsOfKafka() throws InterruptedException {
    JsonNode health = deployment.reader().get("/api/health");
    return health.path("status").asString().equals("degraded")
        && health.path("kafka").path("reachable").isBoolean()
        && !health.path("kafka").path("reachable").asBoolean()
        && health.path("problems").toString().contains("cannot reach Kafka");
  }

  @Test
  void everythingMayBeRestartedOneByOne() throws Exception {
    long begin = System.nanoTime();
    for (Worker ingester : deployment.ingesters()) {
      assertThat(ingester.stop()).isZero();
      ingester.start();
      deployment.awaitEveryone();
    }
    // Both groups have their members come and go; the third sink would only do so once more.
    for (Worker sink : deployment.sinks().subList(0, 2)) {
      assertThat(sink.stop()).isZero();
      sink.start();
      deployment.awaitEveryone();
    }
    for (KafkaNode node : deployment.kafka().nodes()) {
      node.stop();
      node.start();
      node.awaitReady(PATIENCE);
      deployment.view().awaitInSync(PATIENCE);
    }
    deployment.awaitEveryone();
    tell("longest silence " + deployment.subscriber().longestSilence(begin));
    deployment.assertNothingLostOrRepeated();
  }

  /** How long the topic has nothing new: until the first event that came after the fault. */
  private Duration silenceAfter(Runnable fault) throws Exception {
    long begin = System.nanoTime();
    fault.run();
    return silenceSince(begin, deployment.relay().head());
  }

  private Duration silenceSince(long begin, long head) throws Exception {
    Duration silence = Duration.ofNanos(deployment.subscriber().firstAbove(head, PATIENCE) - begin);
    tell("silent for " + silence);
    return silence;
  }

  private void tell(String measured) {
    System.out.println(test + ": " + measured);
  }

  /** Within the next second, by the number of events that have come until then. */
  private void awaitRandomInstant() throws Exception {
    deployment
        .reader()
        .awaitSeq(deployment.relay().head() + random.nextInt(Deployment.EVENTS_A_SECOND), PATIENCE);
  }

  private static void awaitAny(List<Hold> holds) throws Exception {
    Eventually.isTrue(
        "a request is held",
        PATIENCE,
        () -> {
          for (Hold hold : holds) {
            if (hold.await(Duration.ZERO)) {
              return true;
            }
          }
          return false;
        });
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
