package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.sink.SinkDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoredDaysTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-07-10");

  @Test
  void countsWhatIsAheadUpToTheFirstDayThatIsMissing() {
    assertThat(days(-2, 0, 1, 2, 4)).isEqualTo(new StoredDays(5, 2, 2));
    assertThat(days(0)).isEqualTo(new StoredDays(1, 0, 0));
    assertThat(days(-1, 1, 2)).isEqualTo(new StoredDays(3, -1, 1));
    assertThat(days()).isEqualTo(new StoredDays(0, -1, 0));
  }

  @Test
  void readsWhatIsMadeAhead() throws Exception {
    try (SinkDatabase database = SinkDatabase.create()) {
      InstantSource clock =
          InstantSource.fixed(
              TODAY.atStartOfDay().toInstant(ZoneOffset.UTC).plus(Duration.ofHours(3)));
      try (Connection connection = database.pool().getConnection()) {
        assertThat(StoredDays.read(connection, TODAY).ahead()).isEqualTo(-1);
        new DayPartitions(database.pool(), clock).makeAhead();
        assertThat(StoredDays.read(connection, TODAY)).isEqualTo(new StoredDays(4, 3, 0));
        database.execute("drop table firehose_event_collections_p20260712");
        assertThat(StoredDays.read(connection, TODAY).ahead()).isEqualTo(1);
      }
    }
  }

  private static StoredDays days(int... fromToday) {
    return StoredDays.of(
        Arrays.stream(fromToday)
            .mapToObj(TODAY::plusDays)
            .collect(Collectors.toCollection(TreeSet::new)),
        TODAY);
  }
}
