package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.MinuteCount;
import io.skywire.sink.SinkDatabase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatsTableTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final String ROWS =
      "select to_char(minute at time zone 'utc', 'DD HH24:MI'), event_type, collection, action, events"
          + " from event_stats order by 1, 2, 3, 4";

  private final SinkDatabase database = SinkDatabase.create();
  private final StatsTable table = new StatsTable(database.pool());

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void storingAgainChangesNothingAndACountNeverFalls() throws Exception {
    List<MinuteCount> counts =
        List.of(
            new MinuteCount(NOON, "commit", "", "", 5),
            new MinuteCount(NOON, "commit", "a.b.c", "create", 7));
    table.store(counts);
    table.store(counts);
    table.store(
        List.of(
            new MinuteCount(NOON, "commit", "", "", 4),
            new MinuteCount(NOON, "commit", "a.b.c", "create", 9),
            new MinuteCount(NOON.plusSeconds(60), "commit", "", "", 1)));
    assertThat(database.rows(ROWS))
        .containsExactly(
            "04 12:00,commit,,,5", "04 12:00,commit,a.b.c,create,9", "04 12:01,commit,,,1");
  }

  @Test
  void daysThatEventsAreNotKeptOfAreTrimmed() throws Exception {
    assertThat(table.trim(NOON, 2)).as("of a table without counts").isFalse();
    store("2026-07-01T23:59:00Z", "2026-07-02T00:00:00Z", "2026-07-04T12:00:00Z");
    assertThat(table.trim(NOON, 2)).isFalse();
    assertThat(database.rows(ROWS)).hasSize(2).allMatch(row -> !row.startsWith("01"));
  }

  @Test
  void oneClockThatIsAheadTrimsNothing() throws Exception {
    store("2026-07-04T12:00:00Z");
    table.trim(Instant.parse("2027-01-01T00:00:00Z"), 2);
    store("2027-01-01T00:00:00Z");
    table.trim(NOON, 2);
    assertThat(database.rows(ROWS)).hasSize(2);
  }

  @Test
  void aTableOfManyIsTrimmedInSteps() throws Exception {
    database.execute(
        "insert into event_stats select '2026-06-01', 'commit', 'a.b.c' || i, 'create', 1"
            + " from generate_series(1, 12000) i");
    store("2026-07-04T12:00:00Z");
    assertThat(table.trim(NOON, 7)).isTrue();
    assertThat(database.rows(ROWS)).hasSize(2_001);
    assertThat(table.trim(NOON, 7)).isFalse();
    assertThat(database.rows(ROWS)).hasSize(1);
    assertThat(table.trim(NOON, 7)).isFalse();
  }

  @Test
  void withoutTheMigrationThereIsNoTable() throws Exception {
    assertThat(table.exists()).isTrue();
    try (SinkDatabase empty = SinkDatabase.empty()) {
      assertThat(new StatsTable(empty.pool()).exists()).isFalse();
    }
  }

  private void store(String... minutes) throws Exception {
    for (String minute : minutes) {
      table.store(List.of(new MinuteCount(Instant.parse(minute), "commit", "", "", 1)));
    }
  }
}
