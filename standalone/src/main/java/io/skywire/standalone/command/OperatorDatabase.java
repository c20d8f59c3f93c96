package io.skywire.standalone.command;

import io.skywire.common.database.DatabaseUrl;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections for a command that makes a few statements: no pool, and short patience. */
final class OperatorDatabase {
  private static final int CONNECT_SECONDS_MAX = 5;
  private static final int SOCKET_SECONDS_MAX = 60;
  private static final String UNDEFINED_TABLE = "42P01";

  private OperatorDatabase() {}

  static DataSource of(DatabaseUrl url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url.jdbcUrl());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setApplicationName("skywire-command");
    source.setConnectTimeout(CONNECT_SECONDS_MAX);
    source.setSocketTimeout(SOCKET_SECONDS_MAX);
    return source;
  }

  static CommandFailedException failed(DatabaseUrl url, SQLException failure) {
    if (UNDEFINED_TABLE.equals(failure.getSQLState())) {
      return new CommandFailedException(
          "database " + url + " has no Skywire tables yet; run ./skywire migrate", failure);
    }
    String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("unknown");
    return new CommandFailedException("database " + url + ": " + reason, failure);
  }
}
