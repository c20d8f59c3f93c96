package io.skywire.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Database} has no server of its own to ask. */
@Timeout(120)
class DatabaseTest {
  /** Whose machine is gone without a word says nothing when it is asked, three times. */
  @Test
  void theServerKeepsWhatADeadMachineHasLockedForHalfAMinute() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.startTemporary();
        HikariDataSource pool = Database.open(server.url(), "test", 1, Duration.ofSeconds(10));
        Connection connection = pool.getConnection()) {
      long silent = setting(connection, "tcp_keepalives_idle");
      long interval = setting(connection, "tcp_keepalives_interval");
      long count = setting(connection, "tcp_keepalives_count");
      assertThat(silent).isPositive();
      assertThat(count).isPositive();
      assertThat(silent + interval * count).isEqualTo(30);
      // In milliseconds, and for a machine that dies while something is sent to it.
      assertThat(setting(connection, "tcp_user_timeout")).isEqualTo(30_000);
    }
  }

  /** As the server tells it, which is what the socket has. */
  private static long setting(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select setting::bigint from pg_settings where name = ?")) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
