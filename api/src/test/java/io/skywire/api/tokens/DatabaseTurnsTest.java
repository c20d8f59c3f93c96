package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.problems.OverloadedException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DatabaseTurnsTest {
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "4, 3", "10, 8", "100, 75"})
  void aTokenHasAllButAQuarterOfTheConnections(int connections, int each) {
    DatabaseTurns turns = new DatabaseTurns(connections, Duration.ofMillis(20));
    List<DatabaseTurns.Turn> taken = new ArrayList<>();
    for (int turn = 0; turn < each; turn++) {
      taken.add(turns.take(1));
    }
    assertThatThrownBy(() -> turns.take(1)).isInstanceOf(OverloadedException.class);
    turns.take(2).close();
    taken.removeLast().close();
    turns.take(1).close();
    taken.forEach(DatabaseTurns.Turn::close);
  }

  /** Every read of the table waits, as slow ones do. */
  @ParameterizedTest
  @CsvSource({
    "firehose_events, /api/events?since=0,   200, /api/gaps?since=0,   200",
    "firehose_events, /api/events/999999999, 404, /api/gaps?since=0,   200",
    "gaps,            /api/gaps?since=0,     200, /api/events/999999999, 404"
  })
  void whoHasSlowPagesUnderWayLeavesConnectionsToOthers(
      String table, String path, int answer, String othersPath, int othersAnswer) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = new TestApi(database.url())) {
      TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
      String greedy = tokens.create("greedy");
      String other = tokens.create("other");
      assertThat(api.get(othersPath, other).statusCode()).isEqualTo(othersAnswer);
      List<CompletableFuture<HttpResponse<byte[]>>> slow = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
          Connection locking = database.dataSource().getConnection();
          Statement statement = locking.createStatement()) {
        locking.setAutoCommit(false);
        statement.execute("lock table " + table + " in access exclusive mode");
        for (int request = 0; request < 15; request++) {
          slow.add(CompletableFuture.supplyAsync(() -> get(api, path, greedy), threads));
        }
        awaitWaiting(database.dataSource(), 6);
        assertThat(api.get(othersPath, other).statusCode()).isEqualTo(othersAnswer);
        locking.rollback();
      }
      List<Integer> statuses = new ArrayList<>();
      for (CompletableFuture<HttpResponse<byte[]>> one : slow) {
        statuses.add(one.get(30, TimeUnit.SECONDS).statusCode());
      }
      assertThat(statuses).contains(answer).isSubsetOf(answer, 503);
    }
  }

  /** Until so many wait for the table; then more would if they could. */
  private static void awaitWaiting(DataSource database, int count) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    int waiting = 0;
    while (waiting < count) {
      assertThat(System.nanoTime()).as("%d wait", waiting).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  """
                  select count(*)
                  from pg_stat_activity
                  where datname = current_database() and wait_event_type = 'Lock'
                  """)) {
        row.next();
        waiting = row.getInt(1);
      }
    }
    // Time enough for two more to come that far.
    TimeUnit.MILLISECONDS.sleep(500);
  }

  private static HttpResponse<byte[]> get(TestApi api, String path, String token) {
    try {
      return api.get(path, token);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
