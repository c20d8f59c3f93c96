package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.EventPublisher;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole ingesters on a real broker, with a simulated relay whose ledger tells what must come. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class IngestersTest {
  private static final int EVENTS_A_SECOND = 500;

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private final RelaySimulator relay =
      RelaySimulator.start(SimulatorSettings.defaults().withSeed(11).withRate(EVENTS_A_SECOND));
  private final CommittedEvents committed = new CommittedEvents(kafka.bootstrapServers());
  private final List<IngesterProcess> ingesters = new ArrayList<>();

  @AfterEach
  void stop() {
    ingesters.forEach(IngesterProcess::close);
    committed.close();
    relay.close();
    kafka.close();
  }

  private Variables variables(String instance) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    variables.put("RELAY_URL", relay.uri().toString());
    variables.put("RELAY_START", "oldest");
    variables.put("SKYWIRE_INSTANCE", instance);
    return new Variables(variables);
  }

  private IngesterProcess start(String instance) {
    IngesterProcess ingester = IngesterProcess.start(variables(instance));
    ingesters.add(ingester);
    return ingester;
  }

  /** Then the topic must hold exactly what the ledger says. */
  private void assertThatTheTopicEqualsTheLedger() throws InterruptedException {
    endTheStream();
    assertThat(committed.seqs().stream().sorted().toList())
        .isEqualTo(relay.ledger().entries().stream().map(LedgerEntry::seq).toList());
    assertThat(committed.entries().stream().sorted(CommittedEvents.BY_SEQ).toList())
        .isEqualTo(relay.ledger().entries());
  }

  /** Lets the relay emit for another second, and reads all that there is. */
  private void endTheStream() throws InterruptedException {
    long end = relay.emitted() + EVENTS_A_SECOND;
    relay.limit(end);
    while (relay.emitted() < end) {
      committed.readTo(relay.head());
    }
    committed.readTo(relay.head());
  }

  @Test
  void whenTheFirstIngesterIsGoneTheSecondGoesOnWithoutGapOrRepeat() throws Exception {
    IngesterProcess first = start("one");
    committed.readTo(500);
    start("two");
    committed.readTo(relay.head() + EVENTS_A_SECOND);
    // It has led all the time, while the second came.
    assertThat(relay.connections()).isEqualTo(1);
    first.close();
    committed.readTo(relay.head() + EVENTS_A_SECOND);
    assertThat(relay.connections()).isEqualTo(2);
    assertThatTheTopicEqualsTheLedger();
  }

  /** What a network partition makes of a leader: it publishes on, and another has taken over. */
  @Test
  void anIngesterThatIsFencedInMidStreamRepeatsAndLosesNothing() throws Exception {
    start("one");
    committed.readTo(500);
    IngesterSettings settings = IngesterSettings.from(variables("two"));
    for (int fenced = 1; fenced <= 3; fenced++) {
      try (EventPublisher usurper =
          new IngesterConnections(settings, InstantSource.system()).openPublisher()) {
        assertThat(Objects.requireNonNull(usurper.committedCursor()).seq()).isPositive();
      }
      committed.readTo(relay.head() + EVENTS_A_SECOND);
      assertThat(relay.connections()).as("each has ended a session").isGreaterThan(fenced);
    }
    assertThatTheTopicEqualsTheLedger();
  }

  @Test
  void aCursorSetWhileEventsFlowIsWhereTheIngesterGoesOn() throws Exception {
    start("one");
    start("two");
    committed.readTo(1_000);
    OperatorCursor operator = new OperatorCursor(variables("operator"));
    Cursor before = operator.set(300, true);
    assertThat(Objects.requireNonNull(before).seq()).isGreaterThanOrEqualTo(1_000);
    endTheStream();

    // Nobody has published between the cursor before and the one that was set.
    Map<Long, Long> times =
        committed.seqs().stream().collect(Collectors.groupingBy(seq -> seq, Collectors.counting()));
    for (LedgerEntry entry : relay.ledger().entries()) {
      boolean again = entry.seq() > 300 && entry.seq() <= before.seq();
      assertThat(times).containsEntry(entry.seq(), again ? 2L : 1L);
    }
  }

  /** Each session takes log lines and a producer, and would be over in a quarter of a second. */
  @Test
  void aRelayThatHangsUpOnceItHasSentSomethingIsNotAskedAllTheTime() throws Exception {
    start("one");
    committed.readTo(100);
    int before = relay.connections();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
    while (System.nanoTime() - end < 0) {
      committed.readTo(relay.head() + 1);
      relay.dropConnections();
    }
    assertThat(relay.connections() - before).isBetween(3, 17);
    assertThatTheTopicEqualsTheLedger();
  }

  @Test
  void whatAnOperatorSkipsIsToldAsAGap() throws Exception {
    IngesterProcess first = start("one");
    committed.readTo(500);
    first.close();
    OperatorCursor operator = new OperatorCursor(variables("operator"));
    long published = Objects.requireNonNull(operator.show()).seq();
    long set = published + EVENTS_A_SECOND;
    while (relay.head() <= set) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    operator.set(set - 10, false);
    operator.set(set, false);
    start("one");
    endTheStream();
    assertThat(committed.gaps())
        .hasSize(6)
        .allSatisfy(gap -> {
          assertThat(gap.fromSeq()).isEqualTo(published);
          assertThat(gap.toSeq()).isGreaterThan(set);
          assertThat(gap.reason()).isEqualTo("an operator set the cursor forward");
        });
    assertThat(committed.seqs().stream().filter(seq -> seq > published).sorted().toList())
        .isEqualTo(
            relay.ledger().entries().stream()
                .map(LedgerEntry::seq)
                .filter(seq -> seq > set)
                .toList());
  }

  @Test
  void anIngesterUnderATakenNameEndsTheFirstAndNotBothForEver() throws Exception {
    IngesterProcess first = start("one");
    committed.readTo(500);
    IngesterProcess second = start("one");
    assertThatThrownBy(() -> first.done().toCompletableFuture().get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(FatalException.class)
        .hasMessage("another ingester runs under this SKYWIRE_INSTANCE");
    committed.readTo(relay.head() + EVENTS_A_SECOND);
    assertThat(second.done().toCompletableFuture()).isNotDone();
    assertThatTheTopicEqualsTheLedger();
  }

  @Test
  void anotherNumberOfPartitionsThanTheTopicsIsRefused() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()))) {
      TopicSetup.ensure(admin, 6);
      TopicSetup.ensure(admin, 6);
      assertThatThrownBy(() -> TopicSetup.ensure(admin, 3))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContainingAll("SKYWIRE_EVENT_PARTITIONS", "3", "6: topic skywire.events");
    }
  }
}
