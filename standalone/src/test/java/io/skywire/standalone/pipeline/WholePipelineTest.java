package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WholePipelineTest {
  /**
   * So many times at least a reader finds something while 8,000 events come, on a busy machine too.
   */
  private static final int PAGES_MIN = 10;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SIX = 6;

  private final Servers servers = Servers.embedded();

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Test
  void twentyThousandEventsAreReadAsTheRelaySentThem() throws Exception {
    try (RelaySimulator relay = relay(20_000, 0);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), SIX)) {
      Reader reader = pipeline.reader().readTo(emitted(relay, 20_000), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries()).hasSize(20_000);
      assertThatTheTableEquals(pipeline, relay.ledger().entries());
    }
  }

  @Test
  void aRelayThatDropsTheConnectionTwentyTimesLosesAndRepeatsNothing() throws Exception {
    Random random = seeded();
    try (RelaySimulator relay = relay(0, 300);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), SIX)) {
      Reader reader = pipeline.reader();
      for (int drop = 0; drop < 20; drop++) {
        // Something new must have come, or the drops would only add to the backoff.
        reader.readTo(relay.head() + 1 + random.nextInt(100), PATIENCE);
        if (random.nextBoolean()) {
          relay.dropConnections();
        } else {
          relay.dropMidFrame();
        }
      }
      readToItsEnd(relay, reader);
      assertThat(relay.connections()).isGreaterThan(20);
      assertThatTheTableEquals(pipeline, relay.ledger().entries());
    }
  }

  @Test
  void anIngesterRestartedInMidStreamLosesAndRepeatsNothing() throws Exception {
    Random random = seeded();
    try (RelaySimulator relay = relay(10_000, 1_000);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), SIX)) {
      Reader reader = pipeline.reader();
      for (int restart = 1; restart <= 4; restart++) {
        reader.readTo(restart * 1_500L + random.nextInt(500), PATIENCE);
        pipeline.restartIngester();
      }
      reader.readTo(emitted(relay, 10_000), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
      assertThatTheTableEquals(pipeline, relay.ledger().entries());
    }
  }

  @Test
  void aSinkThatDiesInMidBatchLosesAndRepeatsNothing() throws Exception {
    try (RelaySimulator relay = relay(0, 400);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), SIX)) {
      Reader reader = pipeline.reader();
      for (int death = 1; death <= 4; death++) {
        // Something new must come while it is blocked.
        reader.readTo(relay.head() + 1, PATIENCE);
        killSinkInMidBatch(pipeline);
        pipeline.startSink();
      }
      readToItsEnd(relay, reader);
      assertThatTheTableEquals(pipeline, relay.ledger().entries());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, SIX})
  void aReaderWhoPagesAllAlongSeesEveryEventOnceAndInOrder(int partitions) throws Exception {
    Random random = seeded();
    try (ScheduledExecutorService disturbance = Executors.newSingleThreadScheduledExecutor();
        ExecutorService readers = Executors.newSingleThreadExecutor();
        RelaySimulator relay = relay(8_000, 800);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), partitions)) {
      disturbance.scheduleAtFixedRate(
          relay::dropConnections, 1 + random.nextInt(2), 2, TimeUnit.SECONDS);
      // Each stores some of the partitions, so that none of them alone tells what may be shown.
      pipeline.startSecondSink();
      Reader reader = pipeline.reader();
      CompletableFuture<Integer> reading =
          CompletableFuture.supplyAsync(() -> pagesUntil(reader, 8_000), readers);
      emitted(relay, 4_000);
      pipeline.stopSink();
      pipeline.startSink();
      emitted(relay, 8_000);
      int pages = reading.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
      disturbance.shutdownNow();
      assertThat(pages).as("pages with events").isGreaterThan(PAGES_MIN);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
    }
  }

  /** The relay sends some more, as fast as a pipeline that works keeps up with, and no more. */
  private static void readToItsEnd(RelaySimulator relay, Reader reader) throws Exception {
    int events = (int) relay.emitted() + 2_000;
    relay.limit(events);
    relay.rate(2_000);
    reader.readTo(emitted(relay, events), PATIENCE);
    assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
  }

  /** Asks for one page after another, from before the first event on; how many had events. */
  private static int pagesUntil(Reader reader, int events) {
    int pages = 0;
    try {
      while (reader.seen().size() < events) {
        if (reader.readPage()) {
          pages++;
        }
      }
      return pages;
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, SIX})
  void theLastEventIsReadableWhenTheRelayFallsSilent(int partitions) throws Exception {
    try (RelaySimulator relay = relay(1, 10);
        Pipeline pipeline = new Pipeline(servers, relay.uri(), partitions)) {
      Reader reader = pipeline.reader();
      for (int silence = 1; silence <= 5; silence++) {
        reader.readTo(emitted(relay, silence), PATIENCE);
        assertThat(reader.seen()).isEqualTo(relay.ledger().entries()).hasSize(silence);
        relay.limit(silence + 1L);
      }
    }
  }

  /** Ends the sink while its transaction holds rows that it cannot store yet. */
  private static void killSinkInMidBatch(Pipeline pipeline) throws Exception {
    try (Connection connection = pipeline.database().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table firehose_events in exclusive mode");
      awaitBlockedSink(pipeline);
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where " + BLOCKED_SINK);
      pipeline.stopSink();
      connection.rollback();
    }
  }

  private static final String BLOCKED_SINK =
      "application_name = 'skywire-sink' and wait_event_type = 'Lock' and query like 'copy%'";

  private static void awaitBlockedSink(Pipeline pipeline)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // Outside the transaction that blocks it: what a transaction sees of the activity stands still.
    try (Connection connection = pipeline.database().getConnection();
        Statement statement = connection.createStatement()) {
      while (true) {
        try (ResultSet row =
            statement.executeQuery("select count(*) from pg_stat_activity where " + BLOCKED_SINK)) {
          row.next();
          if (row.getInt(1) > 0) {
            return;
          }
        }
        assertThat(System.nanoTime()).as("the sink is blocked").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  private static void assertThatTheTableEquals(Pipeline pipeline, List<LedgerEntry> ledger)
      throws SQLException {
    try (Connection connection = pipeline.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*), count(distinct seq), sum(seq) from firehose_events")) {
      row.next();
      assertThat(row.getLong(1)).isEqualTo(ledger.size());
      assertThat(row.getLong(2)).isEqualTo(ledger.size());
      assertThat(row.getLong(3)).isEqualTo(ledger.stream().mapToLong(LedgerEntry::seq).sum());
    }
  }

  private static RelaySimulator relay(long events, int rate) {
    return RelaySimulator.start(
        SimulatorSettings.defaults().withSeed(7).withLimit(events).withRate(rate));
  }

  /** The seq of the n-th event, once the relay has emitted it. */
  private static long emitted(RelaySimulator relay, int events) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (relay.emitted() < events) {
      assertThat(System.nanoTime()).as("the relay emits").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return relay.ledger().entries().get(events - 1).seq();
  }

  private static Random seeded() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
