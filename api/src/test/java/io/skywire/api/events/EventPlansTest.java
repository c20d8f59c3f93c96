package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestDatabase;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How PostgreSQL means to find events, in tables that are worth an index. */
class EventPlansTest {
  private static final long WATERMARK = 60_000;

  private static TestDatabase database;

  /** 20,000 rows a day; every third event has a second collection. */
  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    database.execute(
        """
        insert into firehose_events (seq, event_type, repo, collection, indexed_at, event)
        select i,
               case when i % 5000 = 1 then 'rare' when i % 5 = 0 then 'identity' else 'commit' end,
               case when i % 3 = 0 then 'did:plc:busy' else 'did:plc:r' || i % 3000 end,
               case when i % 5000 = 2 then 'rare.first.x' else 'c.c.c' || i % 7 end,
               timestamptz '2026-07-01 00:00Z' + i * interval '4.3 seconds',
               '{"text":"some text that makes a row as long as a short one is"}'
        from generate_series(1, 60000) i
        """);
    database.execute(
        """
        insert into firehose_event_collections (collection, seq, indexed_at)
        select case when i % 6000 = 0 then 'rare.second.x' else 'd.d.d' || i % 7 end,
               i,
               timestamptz '2026-07-01 00:00Z' + i * interval '4.3 seconds'
        from generate_series(3, 60000, 3) i
        """);
    database.execute("analyze");
    database.watermark(WATERMARK);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    ",,",
    "commit,,",
    "identity,,",
    "rare,,",
    "nothing,,",
    ",c.c.c1,",
    ",rare.first.x,",
    ",d.d.d1,",
    ",rare.second.x,",
    ",no.such.thing,",
    ",,did:plc:busy",
    ",,did:plc:r1",
    ",,did:plc:nobody"
  })
  void everyFilterIsAnIndexWalkInSeqOrder(
      @Nullable String type, @Nullable String collection, @Nullable String repo) throws Exception {
    for (long since : new long[] {0, WATERMARK / 2, WATERMARK - 10}) {
      String plan = plan(EventFilter.of(type, collection, repo), since);
      // A sort is a node of its own; "Sort Key" also stands with what merges sorted partitions.
      assertThat(plan)
          .contains("Index")
          .doesNotContain("Sort  (")
          .doesNotContain("Bitmap")
          .doesNotContain("Seq Scan on firehose_event");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "commit,rare.second.x,",
    "identity,c.c.c1,",
    "commit,,did:plc:busy",
    ",d.d.d1,did:plc:busy",
    "commit,c.c.c1,did:plc:r1"
  })
  void everyCombinationIsOneToo(
      @Nullable String type, @Nullable String collection, @Nullable String repo) throws Exception {
    everyFilterIsAnIndexWalkInSeqOrder(type, collection, repo);
  }

  @ParameterizedTest
  @CsvSource({"c.c.*", "rare.*", "none.*"})
  void aWildcardIsABoundedWalkInSeqOrder(String pattern) throws Exception {
    EventFilter filter = new EventFilter(null, Choice.ofPatterns(List.of(pattern)), null);
    for (long since : new long[] {0, WATERMARK / 2, WATERMARK - 10}) {
      assertThat(plan(filter, since))
          .contains("Index", "_seq_idx")
          .doesNotContain("Sort  (")
          .doesNotContain("Bitmap")
          .doesNotContain("Seq Scan on firehose_event");
    }
  }

  private static String plan(EventFilter filter, long since) throws SQLException {
    EventWalks.Walk walk = new EventWalks(EventQuery.SCAN_MAX).of(filter);
    StringBuilder plan = new StringBuilder();
    try (Connection connection = database.dataSource().getConnection();
        Statement before = connection.createStatement();
        PreparedStatement explain = connection.prepareStatement("explain " + walk.sql())) {
      connection.setAutoCommit(false);
      before.execute("select " + EventWalks.NOTHING_BUT_WALKS);
      walk.bind(explain, since, WATERMARK);
      try (ResultSet lines = explain.executeQuery()) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
    }
    return plan.toString();
  }
}
