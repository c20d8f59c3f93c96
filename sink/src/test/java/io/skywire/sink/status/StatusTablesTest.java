package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.stats.StreamsState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusTablesTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private static final DeadLetterCounts NONE = new DeadLetterCounts(NOON, null, Map.of());

  private SinkDatabase database;
  private StatusTables tables;

  @BeforeEach
  void start() {
    database = SinkDatabase.create();
    tables = new StatusTables(database.pool(), "one");
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void theLaterStatusOfTheTopicIsTheNewerOneWhateverTheClockSays() throws Exception {
    tables.store("topic-1", 7, status(100, NOON));
    tables.store("topic-1", 8, status(101, NOON.minus(Duration.ofHours(1))));
    assertThat(cursors()).containsExactly("relay.example,101,2026-07-04 11:00:00");
  }

  @Test
  void aSinkThatIsBehindInTheTopicChangesNothing() throws Exception {
    tables.store("topic-1", 8, status(101, NOON));
    List<String> before = database.rows("select * from firehose_cursor");
    StatusTables other = new StatusTables(database.pool(), "two");
    other.store("topic-1", 7, status(100, NOON.plusSeconds(1)));
    other.store("topic-1", 8, status(101, NOON));
    assertThat(database.rows("select * from firehose_cursor")).isEqualTo(before);
  }

  @Test
  void aTopicThatIsMadeAgainBeginsAnew() throws Exception {
    tables.store("topic-1", 8, status(101, NOON));
    tables.store("topic-2", 0, status(102, NOON));
    assertThat(cursors()).containsExactly("relay.example,102,2026-07-04 12:00:00");
  }

  @Test
  void aRowFromBeforeOffsetsWereKeptIsReplaced() throws Exception {
    tables.store("topic-1", 8, status(101, NOON));
    database.execute("update firehose_cursor set topic_id = null, topic_offset = null");
    tables.store("topic-1", 3, status(100, NOON.minusSeconds(1)));
    assertThat(cursors()).containsExactly("relay.example,100,2026-07-04 11:59:59");
  }

  @Test
  void theRelayIsTheNewestStatus() throws Exception {
    assertThat(tables.relay()).isNull();
    tables.store("topic-1", 1, status(100, NOON));
    assertThat(tables.relay()).isEqualTo("relay.example");
  }

  @Test
  void aHeartbeatRenewsItsSinkAndForgetsThoseOfDaysAgo() throws Exception {
    database.execute(
        "insert into sink_heartbeats values ('old', true, null, now() - interval '25 hours')");
    SinkReport report = new SinkReport(null, NONE);
    tables.heartbeat(true, null, report);
    tables.heartbeat(false, "refused", report);
    assertThat(database.rows("select instance, kafka_reachable, problem from sink_heartbeats"))
        .containsExactly("one,f,refused");
  }

  @Test
  void aHeartbeatCarriesWhatTheSinkReports() throws Exception {
    String told =
        """
        select streams_running, streams_problem, dead_letters -> 'by_reason',
               told_at between written_at - interval '1 s' and written_at + interval '1 s'
        from sink_heartbeats
        """;
    tables.heartbeat(true, null, new SinkReport(null, NONE));
    assertThat(database.rows(told)).containsExactly(",,{},t");
    DeadLetterCounts some = new DeadLetterCounts(NOON, NOON, Map.of("not_an_event", 2L));
    tables.heartbeat(true, null, new SinkReport(new StreamsState(true, null), some));
    assertThat(database.rows(told)).containsExactly("t,,{\"not_an_event\": 2},t");
    tables.heartbeat(true, null, new SinkReport(new StreamsState(false, "too old"), some));
    assertThat(database.rows(told)).containsExactly("f,too old,{\"not_an_event\": 2},t");
  }

  @Test
  void aStatusCarriesTheIngestersDeadLetters() throws Exception {
    String letters =
        "select dead_letters -> 'by_reason', told_at between stored_at - interval '1 s' and stored_at + interval '1 s' from firehose_cursor";
    tables.store("topic-1", 7, status(100, NOON));
    assertThat(database.rows(letters)).as("of a release that does not tell").containsExactly(",t");
    DeadLetterCounts some = new DeadLetterCounts(NOON, NOON, Map.of("malformed", 3L));
    tables.store("topic-1", 8, status(101, NOON, some));
    assertThat(database.rows(letters)).containsExactly("{\"malformed\": 3},t");
    tables.store("topic-1", 9, status(102, NOON));
    assertThat(database.rows(letters)).containsExactly(",t");
  }

  private static IngesterStatus status(long cursor, Instant writtenAt) {
    return status(cursor, writtenAt, null);
  }

  private static IngesterStatus status(
      long cursor, Instant writtenAt, @Nullable DeadLetterCounts letters) {
    return new IngesterStatus("relay.example", true, NOON, cursor, 0, null, writtenAt, letters);
  }

  private List<String> cursors() {
    return database.rows(
        "select relay, cursor_seq, written_at at time zone 'UTC' from firehose_cursor");
  }
}
