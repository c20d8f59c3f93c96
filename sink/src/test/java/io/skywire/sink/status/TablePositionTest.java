package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TablePositionTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private final SinkDatabase database = SinkDatabase.create();

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aTableWithoutEventsIsNowhere() throws Exception {
    TablePosition position = read();
    assertThat(position.nextOffsets()).isEmpty();
    assertThat(position.watermark()).isNull();
    assertThat(position.newestAt()).isNull();
    assertThat(position.trimmedThrough()).isZero();
    assertThat(position.bytes()).isGreaterThan(1_000_000);
  }

  @Test
  void readsTheNewestTopicsOffsetsAndTheNewestEventThatCanBeRead() throws Exception {
    new DayPartitions(database.pool(), InstantSource.fixed(NOON))
        .makeFor(List.of(NOON.toEpochMilli()));
    database.execute(
        "insert into sink_topics values ('old', 'skywire.events', 1, now() - interval '1 day')");
    database.execute("insert into sink_progress values ('old', 0, 3, 3)");
    database.execute("insert into sink_topics values ('new', 'skywire.events', 2)");
    database.execute("insert into sink_progress values ('new', 0, 5, 9), ('new', 1, 7, 8)");
    database.execute("update retention set trimmed_through = 6");
    database.execute(
        """
        insert into firehose_events (seq, event_type, indexed_at, event)
        select seq, 'commit', timestamptz '%s' + make_interval(secs => seq), '{}'
        from generate_series(7, 9) seq
        """
            .formatted(NOON));
    TablePosition position = read();
    assertThat(position.nextOffsets()).isEqualTo(Map.of(0, 5L, 1, 7L));
    assertThat(position.watermark()).isEqualTo(8);
    assertThat(position.newestAt()).isEqualTo(NOON.plusSeconds(8));
    assertThat(position.trimmedThrough()).isEqualTo(6);
  }

  @Test
  void aDatabaseThatSomebodyHasEmptiedIsNoTable() {
    database.execute("delete from retention");
    assertThatThrownBy(this::read)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("retention");
  }

  private TablePosition read() throws SQLException {
    try (Connection connection = database.pool().getConnection()) {
      return TablePosition.read(connection);
    }
  }
}
