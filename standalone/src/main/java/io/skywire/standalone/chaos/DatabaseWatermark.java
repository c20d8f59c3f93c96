package io.skywire.standalone.chaos;

import io.skywire.common.database.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Asks by a connection of its own, which no fault touches but those of the server. One thread. */
final class DatabaseWatermark implements ShownWitness.Watermark {
  /** A server that is stopped does not answer, and who asks is to go on meanwhile. */
  private static final int ANSWER_SECONDS_MAX = 2;

  private final DatabaseUrl database;
  private @Nullable Connection connection;

  DatabaseWatermark(DatabaseUrl database) {
    this.database = database;
  }

  @Override
  public long read() throws SQLException {
    try {
      Connection open = connection;
      if (open == null) {
        open = TableWitness.connect(database, ANSWER_SECONDS_MAX);
        connection = open;
      }
      return TableWitness.watermark(open);
    } catch (SQLException away) {
      close();
      throw away;
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException gone) {
        // The server has closed it.
      }
    }
  }
}
