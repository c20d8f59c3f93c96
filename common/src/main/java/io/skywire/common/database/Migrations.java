package io.skywire.common.database;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Brings the database to the schema that this build knows; safe to run by several at once. */
public final class Migrations {
  private Migrations() {}

  /** Applies what is missing and answers the schema's version. */
  public static String migrate(DataSource database) {
    return String.valueOf(flyway(database).migrate().targetSchemaVersion);
  }

  /** The versions that this build has and the schema has not, in their order; changes nothing. */
  public static List<String> missing(DataSource database) {
    return Arrays.stream(flyway(database).info().pending())
        .map(migration -> String.valueOf(migration.getVersion()))
        .toList();
  }

  private static Flyway flyway(DataSource database) {
    return Flyway.configure()
        .dataSource(database)
        .locations("classpath:db/migration")
        .callbacks(new Patience())
        .load();
  }

  /** A migration may take as long as it takes, whatever the pool allows a statement. */
  private static final class Patience implements Callback {
    private static final int FOR_EVER = 0;

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try {
        // The pool sets it back.
        context.getConnection().setNetworkTimeout(Runnable::run, FOR_EVER);
      } catch (SQLException broken) {
        throw new FlywayException("the connection broke before a migration", broken);
      }
    }

    @Override
    public String getCallbackName() {
      return "patience";
    }
  }
}
