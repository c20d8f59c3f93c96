package io.skywire.standalone.doctor;

import static io.skywire.standalone.doctor.DatabaseCheck.DATABASE;
import static io.skywire.standalone.doctor.DatabaseCheck.text;

import io.skywire.api.ApiSettings;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.sink.SinkSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Whether a PostgreSQL that answers gives its user what sinks and apis need. */
final class ServerCheck {
  private ServerCheck() {}

  static List<Finding> of(Statement statement, DataSource database, Variables variables)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    writes(
            text(statement, "select pg_is_in_recovery()").equals("t"),
            text(statement, "select current_setting('transaction_read_only')").equals("on"))
        .ifPresent(findings::add);
    if (isShared(statement, database)) {
      findings.add(
          Finding.warning(
              DATABASE,
              "a pooler lends its connections for one transaction each: give sinks and migrations"
                  + " PostgreSQL's own address; DEPLOYMENT.md has what the api needs"));
    }
    connections(statement, variables, findings);
    String timeout = text(statement, "select current_setting('statement_timeout')");
    if (!timeout.equals("0")) {
      findings.add(
          Finding.warning(
              DATABASE,
              "statement_timeout is %s, and a migration takes as long as it takes: alter role %s set statement_timeout = 0"
                  .formatted(timeout, text(statement, "select quote_ident(current_user)"))));
    }
    return findings;
  }

  static Optional<Finding> writes(boolean isStandby, boolean isReadOnly) {
    if (isStandby) {
      return Optional.of(
          Finding.bad(DATABASE, "it is a standby and takes no writes: name the primary"));
    }
    return isReadOnly
        ? Optional.of(
            Finding.bad(
                DATABASE,
                "it takes no writes (default_transaction_read_only is on), as some providers have"
                    + " it when the disk is full: make room, then turn that off"))
        : Optional.empty();
  }

  /**
   * Whether two clients have the same server process, one in a transaction and the other between
   * two of its own. A pooler that lends connections for a transaction gives the one that was used
   * last, which is ours.
   */
  private static boolean isShared(Statement statement, DataSource database) throws SQLException {
    String process = "select pg_backend_pid()";
    String ours = text(statement, process);
    try (Connection other = database.getConnection();
        Statement another = other.createStatement()) {
      other.setAutoCommit(false);
      String theirs = text(another, process);
      other.rollback();
      return theirs.equals(ours);
    }
  }

  private static void connections(Statement statement, Variables variables, List<Finding> findings)
      throws SQLException {
    int needed;
    try {
      needed =
          ApiSettings.databaseConnectionsMax(variables) + SinkSettings.DATABASE_CONNECTIONS_MAX;
    } catch (InvalidSettingException toldAlready) {
      return;
    }
    int granted =
        Integer.parseInt(
            text(
                statement,
                """
                select least(
                  current_setting('max_connections')::int
                    - current_setting('superuser_reserved_connections')::int
                    - coalesce(current_setting('reserved_connections', true), '0')::int,
                  nullif(datconnlimit, -1),
                  nullif(rolconnlimit, -1))
                from pg_database, pg_roles
                where datname = current_database() and rolname = current_user
                """));
    if (granted < needed) {
      findings.add(
          Finding.warning(
              DATABASE,
              "it grants %d connections, and an api and a sink take up to %d: raise max_connections, or the limit of the user or database; or lower SKYWIRE_API_CONNECTIONS"
                  .formatted(granted, needed)));
    }
  }
}
