package io.skywire.benchmarks;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What every PostgreSQL of a benchmark is set to, whoever uses it: as {@code DEPLOYMENT.md}
 * advises, for the pages that are touched, and so that checkpoints are few. Durability stays as it
 * is.
 */
public final class PostgresSettings {
  private static final long MIB = 1L << 20;

  /** Of a quarter of the memory; what is left is for those who are measured. */
  private static final long BUFFERS_MAX_MIB = 2_048;

  /** What PostgreSQL has by itself. */
  private static final long BUFFERS_MIN_MIB = 128;

  private PostgresSettings() {}

  /** Sets a server that nobody uses yet, and starts it again. */
  public static void apply(EmbeddedPostgresServer server) throws IOException {
    long quarter = Machine.here().memoryBytes() / MIB / 4;
    long buffers = Math.clamp(quarter, BUFFERS_MIN_MIB, BUFFERS_MAX_MIB);
    DatabaseUrl url = server.url();
    try (Connection connection =
            DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        Statement statement = connection.createStatement()) {
      for (String setting :
          List.of(
              "shared_buffers = '%dMB'".formatted(buffers),
              "max_wal_size = '4GB'",
              "checkpoint_timeout = '15min'")) {
        statement.execute("alter system set " + setting);
      }
    } catch (SQLException refused) {
      throw new IOException("PostgreSQL cannot be set up: " + refused.getMessage(), refused);
    }
    server.stopForNow();
    server.startAgain();
  }
}
