package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokensTest {
  private TestDatabase database;
  private TokenStore tokens;

  @BeforeEach
  void start() {
    database = TestDatabase.create();
    tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aTokenIsFoundByItselfAlone() throws Exception {
    String token = tokens.create("My App");
    assertThat(token).matches("sky_[A-Za-z0-9_-]{43}");
    assertThat(tokens.find(token)).isNotNull();
    assertThat(tokens.find(token + "x")).isNull();
    assertThat(new TokenStore(database.dataSource(), TestApi.SECRET + "x").find(token)).isNull();
  }

  @Test
  void onlyItsHashIsStored() throws Exception {
    String token = tokens.create("My App");
    assertThat(rowsAsText())
        .contains("My App")
        .doesNotContain(token)
        .doesNotContain(token.substring(4));
  }

  @Test
  void aNameIsTakenUntilItsTokenIsRevoked() throws Exception {
    tokens.create("one");
    assertThatThrownBy(() -> tokens.create("one")).isInstanceOf(TokenNameException.class);
    assertThat(tokens.revoke("one")).isTrue();
    assertThat(tokens.revoke("one")).isFalse();
    assertThat(tokens.create("one")).isNotEmpty();
    assertThat(tokens.list()).hasSize(2);
  }

  @Test
  void aRevokedTokenStopsWorkingWithinSecondsAndAnExpiredOneDoesNotWork() throws Exception {
    String revoked = tokens.create("revoked");
    String expired = tokens.create("expired");
    database.execute("update api_tokens set expires_at = now() where name = 'expired'");
    try (TestApi api = new TestApi(database.url())) {
      assertThat(api.get("/api/events?since=0", revoked).statusCode()).isEqualTo(200);
      assertThat(api.get("/api/events?since=0", expired).statusCode()).isEqualTo(401);
      tokens.revoke("revoked");
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      int status = 200;
      while (status == 200 && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(50);
        status = api.get("/api/events?since=0", revoked).statusCode();
      }
      assertThat(status).isEqualTo(401);
    }
  }

  private String rowsAsText() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select string_agg(t::text, ' ') from api_tokens t")) {
      row.next();
      return row.getString(1);
    }
  }
}
