package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.SmallDisk;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.kafka.KafkaNode;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is slow, stands still, or has no room, and the relay goes on sending: what the ingester
 * holds stays bounded, the relay is not read, and in the end the topic is what it has sent.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class KafkaAwayTest {
  private static final int PARTITIONS = 6;
  private static final int BUFFER = 2_000;
  private static final int EVENTS_A_SECOND = 1_500;

  /** What the relay lets a client lag behind; less than it sends while Kafka stands still. */
  private static final int BACKLOG = 3_000;

  /** Several tries: what each of them may leave behind would add up. */
  private static final Duration STOPPED_FOR = Duration.ofSeconds(90);

  private static final Duration STOPPED_MAX = Duration.ofMinutes(3);

  /** A transaction's, a session's, and the group's. */
  private static final int REASONS_MAX = 5;

  private static final Duration READY_MAX = Duration.ofSeconds(60);

  /** Below the 30 s that a full buffer may stay so otherwise. */
  private static final Duration SESSION_END_MAX = Duration.ofSeconds(15);

  /** What the relay sends while Kafka stands still: about 50 MB. */
  private static final int SENT_WHILE_STOPPED = 15_000;

  /**
   * What the ingester may hold beyond what it holds at rest: its buffer of about 7 MB, the batch
   * before it, and what that becomes.
   */
  private static final long HELD_MAX = 16L << 20;

  private static final long SLOW_BYTES_A_SECOND = 100_000;

  @TempDir private Path folder;
  private final List<TcpProxy> proxies = new ArrayList<>();
  private final RelaySimulator relay =
      RelaySimulator.start(
          SimulatorSettings.defaults()
              .withSeed(29)
              .withRate(EVENTS_A_SECOND)
              .withBacklogEvents(BACKLOG));

  @AfterEach
  void stop() {
    proxies.forEach(TcpProxy::close);
    relay.close();
  }

  @Test
  void kafkaThatIsSlowAndThenStandsStillCostsNothingButTime() throws Exception {
    try (KafkaCluster kafka = start(folder.resolve("kafka"), List.of("INGESTER"), this::byProxy);
        CommittedEvents committed =
            new CommittedEvents(kafka.bootstrapServers(KafkaCluster.DIRECT));
        ChildProcess ingester = startIngester(kafka.bootstrapServers("INGESTER"))) {
      committed.readTo(EVENTS_A_SECOND);
      proxies.getFirst().slow(Duration.ofMillis(5), SLOW_BYTES_A_SECOND);
      int slowFrom = observations().size();
      awaitObserved(slowFrom, observed -> observed.frames() >= BUFFER);
      proxies.getFirst().heal();
      // The relay bounds the lag of those only who have once caught up with it.
      relay.rate(EVENTS_A_SECOND / 10);
      committed.readTo(relay.head());
      committed.readTo(relay.head() + EVENTS_A_SECOND / 10);
      long liveBefore = awaitCollection();

      int linesBefore = logged().size();
      int stoppedFrom = observations().size();
      KafkaNode node = kafka.nodes().getFirst();
      node.pause();
      relay.limit(relay.emitted() + SENT_WHILE_STOPPED);
      relay.rate(0);
      long stoppedSeconds = awaitFailures();
      List<Observed> stopped = observations().stream().skip(stoppedFrom).toList();
      List<String> linesWhileStopped = logged().stream().skip(linesBefore).toList();
      assertThat(most(stopped, Observed::live)).isLessThan(liveBefore + HELD_MAX);
      assertThat(most(stopped, Observed::frames)).isEqualTo(BUFFER);
      // The socket was not read: the relay has given the session up.
      assertThat(relay.consumersTooSlow()).isPositive();
      relay.rate(EVENTS_A_SECOND);
      node.resume();

      readAllOf(committed);
      assertThat(ingester.isAlive()).isTrue();
      System.out.printf(
          "buffer %d frames, %d bytes at most; heap in use %d bytes before, %d at most;"
              + " %d log lines in %d s; %d sessions%n",
          most(observations(), Observed::frames),
          most(observations(), Observed::bytes),
          liveBefore,
          most(stopped, Observed::live),
          linesWhileStopped.size(),
          stoppedSeconds,
          relay.connections());
      assertThat(most(observations(), Observed::frames)).isEqualTo(BUFFER);
      assertThat(most(observations(), Observed::bytes)).isBetween((long) BUFFER, HELD_MAX);
      assertThat(linesWhileStopped).hasSizeLessThan((int) stoppedSeconds);
      // However often it was tried.
      assertThat(linesWhileStopped.stream().filter(line -> line.contains("trying again")).count())
          .isBetween(1L, (long) REASONS_MAX);
      assertThat(logged()).noneMatch(line -> line.startsWith("\tat "));
    }
  }

  /** Waits until transactions have failed, and for a while after that; answers how many seconds. */
  private long awaitFailures() throws Exception {
    long begun = System.nanoTime();
    long before = observations().getLast().failures();
    while (observations().getLast().failures() == before
        || System.nanoTime() - begun < STOPPED_FOR.toNanos()) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(STOPPED_MAX);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
  }

  /** Nothing but the buffer ends the session: for less time than Kafka is given to answer. */
  @Test
  void aBufferThatStaysFullBeginsTheSessionAnewFromTheCursor() throws Exception {
    try (KafkaCluster kafka = start(folder.resolve("kafka"), List.of("INGESTER"), this::byProxy);
        CommittedEvents committed =
            new CommittedEvents(kafka.bootstrapServers(KafkaCluster.DIRECT));
        ChildProcess ingester =
            startIngester(
                kafka.bootstrapServers("INGESTER"),
                Map.of(
                    "SKYWIRE_BUFFER_EVENTS_MAX", "200", "SKYWIRE_BUFFER_FULL_MAX_SECONDS", "2"))) {
      committed.readTo(EVENTS_A_SECOND);
      // So slowly that the relay would bear it for longer.
      relay.rate(EVENTS_A_SECOND / 5);
      long before = relay.head();
      committed.readTo(before);
      int sessions = relay.connections();
      int linesBefore = logged().size();

      Hold commit = proxies.getFirst().hold(Hold.Side.REQUEST, "EndTxn"::equals, 1);
      assertThat(commit.await(READY_MAX)).isTrue();
      long stalled = System.nanoTime();
      while (relay.openConnections() > 0) {
        assertThat(Duration.ofNanos(System.nanoTime() - stalled)).isLessThan(SESSION_END_MAX);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      commit.goOn();

      readAllOf(committed);
      assertThat(logged().stream().skip(linesBefore))
          .anyMatch(line ->
              line.contains(": buffer full for 2 s: Kafka takes events too slowly, or not at all"));
      assertThat(relay.connections()).isGreaterThan(sessions);
      assertThat(relay.cursors().get(sessions).orElseThrow()).isGreaterThanOrEqualTo(before);
      assertThat(relay.consumersTooSlow()).isZero();
      assertThat(ingester.isAlive()).isTrue();
    }
  }

  @Test
  void aBrokerWhoseDiskWasFullIsUsedAgainAndTheBufferStaysBounded() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Optional<SmallDisk> mounted = SmallDisk.mount(disk, 128);
    assumeTrue(mounted.isPresent(), "skipped: this user cannot mount a small disk");
    try (SmallDisk small = mounted.orElseThrow();
        KafkaCluster kafka = start(disk, List.of(), (name, port) -> port);
        CommittedEvents committed =
            new CommittedEvents(kafka.bootstrapServers(KafkaCluster.DIRECT));
        ChildProcess ingester = startIngester(kafka.bootstrapServers(KafkaCluster.DIRECT))) {
      committed.readTo(EVENTS_A_SECOND);
      int fullFrom = observations().size();
      small.fill();
      KafkaNode node = kafka.nodes().getFirst();
      // A broker without a log folder ends itself.
      while (node.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      // Enough for the buffer, and in the end there must be room for it.
      relay.limit(relay.emitted() + 2L * BUFFER);
      awaitObserved(fullFrom, observed -> observed.frames() >= BUFFER);
      awaitObserved(fullFrom, observed -> observed.failures() > 0);
      List<Observed> full = observations().stream().skip(fullFrom).toList();
      assertThat(most(full, Observed::frames)).isEqualTo(BUFFER);
      assertThat(most(full, Observed::bytes)).isBetween((long) BUFFER, HELD_MAX);
      assertThat(node.isAlive()).isFalse();
      small.free();
      node.start();
      node.awaitReady(READY_MAX);
      readAllOf(committed);
      assertThat(ingester.isAlive()).isTrue();
    }
  }

  private void readAllOf(CommittedEvents committed) throws InterruptedException {
    long end = relay.emitted() + EVENTS_A_SECOND;
    relay.limit(end);
    while (relay.emitted() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    committed.readTo(relay.head());
    List<LedgerEntry> topic = committed.entries().stream().sorted(CommittedEvents.BY_SEQ).toList();
    assertThat(topic).isEqualTo(relay.ledger().entries());
    assertThat(committed.gaps()).isEmpty();
  }

  private int byProxy(String name, int port) {
    proxies.add(TcpProxy.to(port, WireProtocol.KAFKA));
    return proxies.getLast().port();
  }

  private KafkaCluster start(Path data, List<String> listeners, KafkaCluster.Advertised advertised)
      throws Exception {
    KafkaCluster kafka = KafkaCluster.start(data, 1, listeners, advertised, List.of("-Xmx384m"));
    Map<String, Object> direct =
        Map.of("bootstrap.servers", kafka.bootstrapServers(KafkaCluster.DIRECT));
    try (Admin admin = Admin.create(direct)) {
      TopicSetup.ensure(admin, PARTITIONS);
    }
    return kafka;
  }

  private ChildProcess startIngester(String bootstrapServers) {
    return startIngester(
        bootstrapServers,
        Map.of("SKYWIRE_BUFFER_EVENTS_MAX", Integer.toString(BUFFER)),
        ObservedIngester.HASTY);
  }

  private ChildProcess startIngester(
      String bootstrapServers, Map<String, String> settings, String... arguments) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    environment.put("RELAY_URL", relay.uri().toString());
    environment.put("RELAY_START", "oldest");
    environment.put("SKYWIRE_INSTANCE", "one");
    return ChildProcess.start(
        ChildCommand.java(
            "ingester",
            ObservedIngester.class.getName(),
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
            List.of(arguments),
            environment,
            folder.resolve("ingester.log")));
  }

  /** What the ingester printed of itself. */
  private record Observed(long frames, long bytes, long live, long failures) {}

  /** Waits until it has printed such a line after so many others. */
  private void awaitObserved(int from, Predicate<Observed> sign) throws Exception {
    while (observations().stream().skip(from).noneMatch(sign)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long most(List<Observed> observed, ToLongFunction<Observed> of) {
    return observed.stream().mapToLong(of).max().orElseThrow();
  }

  /** What is in use when nothing waits, by a collection from now on. */
  private long awaitCollection() throws Exception {
    int from = observations().size();
    while (observations().size() <= from + ObservedIngester.COLLECTED_EVERY) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return observations().getLast().live();
  }

  private List<Observed> observations() throws IOException {
    List<Observed> all = new ArrayList<>();
    for (String line : lines()) {
      if (line.startsWith(ObservedIngester.LINE)) {
        String[] numbers = line.substring(ObservedIngester.LINE.length()).split(" ", -1);
        all.add(
            new Observed(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3])));
      }
    }
    return all;
  }

  private List<String> logged() throws IOException {
    return lines().stream().filter(line -> !line.startsWith(ObservedIngester.LINE)).toList();
  }

  /** But for one that is still being written. */
  private List<String> lines() throws IOException {
    String log = Files.readString(folder.resolve("ingester.log"));
    return log.substring(0, log.lastIndexOf('\n') + 1).lines().toList();
  }
}
