package io.skywire.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
      int silent = setting(connection, "tcp_keepalives_idle");
      int interval = setting(connection, "tcp_keepalives_interval");
      int count = setting(connection, "tcp_keepalives_count");
      assertThat(silent).isPositive();
      assertThat(count).isPositive();
      assertThat(Duration.ofSeconds(silent + (long) interval * count))
          .isEqualTo(Duration.ofSeconds(30));
    }
  }

  /** As the server tells it, which is what the socket has. */
  private static int setting(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getInt(1);
    }
  }
}
