package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * Events that the relay no longer has when they are asked for: who looks at Skywire is told. One
 * pipeline for all: each test begins where the one before it has ended.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GapPipelineTest {
  private static final int PARTITIONS = 6;
  private static final int WINDOW = 600;
  private static final int BEFORE = 500;
  private static final int MISSED = 30_000;

  /** In seqs it is more than the 10,000 that are no gap yet. */
  private static final int SKIPPED = 12_000;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static Servers servers;
  private static RelaySimulator relay;
  private static Pipeline pipeline;
  private static Reader reader;

  /** Up to which seq all was read when the test began. */
  private long begin;

  /** The last seq before the gap. */
  private long before;

  @BeforeAll
  static void start() throws Exception {
    servers = Servers.embedded();
    relay =
        RelaySimulator.start(
            SimulatorSettings.defaults()
                .withSeed(31)
                .withRate(0)
                .withLimit(1)
                .withWindowEvents(WINDOW));
    pipeline = new Pipeline(servers, relay.uri(), PARTITIONS);
    reader = pipeline.reader();
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    relay.close();
    servers.close();
  }

  @BeforeEach
  void allIsReadBeforeTheGap() throws InterruptedException {
    begin = reader.since();
    emit(BEFORE);
    before = relay.head();
    reader.readTo(before, PATIENCE);
  }

  @Test
  void whatTheRelayHasNoMoreIsToldByPageAndGapsAndHealth() throws Exception {
    pipeline.stopIngester();
    emit(MISSED);
    pipeline.startIngester();
    reader.readTo(relay.head(), PATIENCE);

    long after = firstAfterTheGap();
    JsonNode gap = reader.get("/api/gaps?since=" + before).path("gaps").path(0);
    assertThat(gap.path("from_seq").asLong()).isEqualTo(before);
    assertThat(gap.path("to_seq").asLong()).isEqualTo(after);
    assertThat(reader.get("/api/events?limit=1&since=" + before).path("gaps").path(0))
        .isEqualTo(gap);
    assertThat(asGap(awaitHealthWithTheGap().at("/gaps/latest/0"))).isEqualTo(asGap(gap));
    assertThat(pipeline.ingesterCount("skywire.ingester.gaps")).isEqualTo(1);
  }

  @Test
  void aLeapOfWhichTheRelaySaysNothingIsToldByEachPart() throws Exception {
    int sessions = relay.connections();
    double gaps = pipeline.ingesterCount("skywire.ingester.gaps");
    double gapSeqs = pipeline.ingesterCount("skywire.ingester.gap.seqs");
    Instant begun = Instant.now().minusMillis(1);
    relay.skip(SKIPPED);
    emit(SKIPPED + BEFORE);
    reader.readTo(relay.head(), PATIENCE);

    long after = firstAfterTheGap();
    // It was asked for what it had left out, once.
    assertThat(relay.connections()).isEqualTo(sessions + 1);
    assertThat(relay.cursors().getLast()).isEqualTo(OptionalLong.of(before));
    List<Gap> inTopic = gapsInTopic();
    assertThat(inTopic).hasSize(PARTITIONS);
    Gap gap = inTopic.getFirst();
    assertThat(inTopic).allMatch(gap::equals);
    assertThat(gap.relay()).isEqualTo(relay.uri().getAuthority());
    assertThat(gap.fromSeq()).isEqualTo(before);
    assertThat(gap.toSeq()).isEqualTo(after);
    assertThat(gap.reason()).isEqualTo("the relay skipped");
    assertThat(gap.detectedAt()).isBetween(begun, Instant.now());
    assertThat(gapsInTable(before)).containsExactly(gap);
    JsonNode told = reader.get("/api/gaps?since=" + before).path("gaps");
    assertThat(told).hasSize(1);
    assertThat(asGap(told.path(0))).isEqualTo(gap);
    // Whatever a page is asked for, and by all that pass it.
    for (String filter : List.of("", "&event_type=none", "&repo=did:plc:nobody")) {
      JsonNode page = reader.get("/api/events?limit=1000&since=" + before + filter);
      assertThat(page.path("gaps")).isEqualTo(told);
    }
    assertThat(reader.get("/api/events?since=" + after).path("gaps")).isEmpty();
    JsonNode health = awaitHealthWithTheGap();
    assertThat(asGap(health.at("/gaps/latest/0"))).isEqualTo(gap);
    assertThat(health.path("problems").toString())
        .contains("between %d and %d were lost on ".formatted(before, after));
    assertThat(pipeline.ingesterCount("skywire.ingester.gaps")).isEqualTo(gaps + 1);
    assertThat(pipeline.ingesterCount("skywire.ingester.gap.seqs"))
        .isEqualTo(gapSeqs + after - before - 1);
    assertThat(gapsAtTheApi()).isEqualTo(gapsInTable(0).size());
  }

  private static void emit(int events) throws InterruptedException {
    long end = relay.emitted() + events;
    relay.limit(end);
    while (relay.emitted() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Its seq. All that the relay has ever sent is either read or in the gap. */
  private long firstAfterTheGap() {
    List<LedgerEntry> seen = reader.seen().stream().filter(entry -> entry.seq() > begin).toList();
    long after =
        seen.stream().mapToLong(LedgerEntry::seq).filter(seq -> seq > before).min().orElseThrow();
    assertThat(after).isGreaterThan(before + 1);
    assertThat(seen)
        .isEqualTo(
            relay.ledger().after(begin).stream()
                .filter(entry -> entry.seq() <= before || entry.seq() >= after)
                .toList());
    return after;
  }

  /** Those of this test, in each partition. */
  private List<Gap> gapsInTopic() {
    List<Gap> gaps = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      try (LettersInTopic records =
          new LettersInTopic(
              servers.bootstrapServers(), new TopicPartition(Topics.EVENTS, partition))) {
        records.next().stream()
            .filter(record ->
                EventHeaders.GAP.equals(LettersInTopic.header(record, EventHeaders.EVENT_TYPE)))
            .map(GapPipelineTest::gap)
            .filter(gap -> gap.fromSeq() >= before)
            .forEach(gaps::add);
      }
    }
    return gaps;
  }

  private static Gap gap(ConsumerRecord<byte[], byte[]> record) {
    long fromSeq = ByteBuffer.wrap(record.key()).getLong();
    return Objects.requireNonNull(Gap.of(fromSeq, record.timestamp(), record.headers()));
  }

  private static List<Gap> gapsInTable(long since) throws SQLException {
    try (Connection connection = pipeline.database().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select relay, from_seq, to_seq, reason, detected_at from gaps where from_seq >= ?
                """)) {
      select.setLong(1, since);
      try (ResultSet row = select.executeQuery()) {
        List<Gap> gaps = new ArrayList<>();
        while (row.next()) {
          gaps.add(
              new Gap(
                  row.getString(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getString(4),
                  row.getObject(5, OffsetDateTime.class).toInstant()));
        }
        return gaps;
      }
    }
  }

  /** The api keeps its answer for a while. */
  private JsonNode awaitHealthWithTheGap() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode health = reader.get("/api/health");
    while (health.at("/gaps/latest/0/from_seq").asLong(-1) != before) {
      assertThat(System.nanoTime()).as(health.toString()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      health = reader.get("/api/health");
    }
    return health;
  }

  private static Gap asGap(JsonNode told) {
    return new Gap(
        told.path("source").asString(),
        told.path("from_seq").asLong(),
        told.path("to_seq").asLong(),
        told.path("reason").asString(),
        Instant.parse(told.path("detected_at").asString()));
  }

  private static double gapsAtTheApi() throws InterruptedException {
    return new String(reader.answer("/metrics").body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("skywire_api_gaps"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }
}
