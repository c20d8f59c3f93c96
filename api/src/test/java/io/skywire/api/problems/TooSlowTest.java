package io.skywire.api.problems;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TooSlowTest {
  /** A query may take ten seconds; a connection is given up after fifteen. */
  private static final Duration REFUSED_MAX = Duration.ofSeconds(14);

  /** A page's first statement needs the one table, its last the other. */
  @ParameterizedTest
  @ValueSource(strings = {"firehose_events", "gaps"})
  @Timeout(60)
  void aPageThatTakesTooLongIsRefusedForNowAndAnsweredAfterwards(String table) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = new TestApi(database.url())) {
      database.execute(
          """
          insert into firehose_events
          values (1, 'commit', 'did:plc:a', 'a.b.c', null, '2026-07-01', '{"seq":1}')
          """);
      database.watermark(1);
      String token = TestApi.token(database.dataSource());
      String path = "/api/events?since=0";
      assertThat(api.get(path, token).statusCode()).isEqualTo(200);

      try (Connection holder = database.dataSource().getConnection();
          Statement lock = holder.createStatement()) {
        holder.setAutoCommit(false);
        lock.execute("lock table " + table + " in access exclusive mode");
        long began = System.nanoTime();
        HttpResponse<byte[]> refused = api.get(path, token);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(REFUSED_MAX);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.headers().firstValue("Content-Type"))
            .hasValue("application/problem+json");
        assertThat(TestApi.json(refused).path("error").asString())
            .isEqualTo(DatabaseFailure.TOO_SLOW.words());
        holder.rollback();
      }

      HttpResponse<byte[]> answer = api.get(path, token);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(TestApi.json(answer).path("max_seq").asLong()).isEqualTo(1);
    }
  }
}
