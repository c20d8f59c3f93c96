package io.skywire.common.database;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the database to the schema that this build knows; safe to run by several at once. */
public final class Migrations {
  private Migrations() {}

  /** Applies what is missing and answers the schema's version. */
  public static String migrate(DataSource database) {
    return String.valueOf(
        Flyway.configure()
            .dataSource(database)
            .locations("classpath:db/migration")
            .load()
            .migrate()
            .targetSchemaVersion);
  }
}
