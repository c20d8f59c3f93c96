package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.IngesterStatus;
import io.skywire.sink.SinkDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusTablesTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

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
    tables.heartbeat(true, null);
    tables.heartbeat(false, "refused");
    assertThat(database.rows("select instance, kafka_reachable, problem from sink_heartbeats"))
        .containsExactly("one,f,refused");
  }

  private static IngesterStatus status(long cursor, Instant writtenAt) {
    return new IngesterStatus("relay.example", true, NOON, cursor, 0, null, writtenAt);
  }

  private List<String> cursors() {
    return database.rows(
        "select relay, cursor_seq, written_at at time zone 'UTC' from firehose_cursor");
  }
}
