package io.skywire.standalone.doctor;

import static io.skywire.standalone.doctor.DatabaseCheck.DATABASE;
import static io.skywire.standalone.doctor.DatabaseCheck.text;

import io.skywire.common.database.Migrations;
import io.skywire.common.lifecycle.RootCause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;

/** Whether the tables are there and ours, and what sinks and ingesters have last said in them. */
final class SchemaCheck {
  private SchemaCheck() {}

  static List<Finding> of(Statement statement, DataSource database) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    creates(statement, findings);
    if (text(statement, "select to_regclass('sink_heartbeats') is not null").equals("f")) {
      findings.add(
          Finding.warning(DATABASE, "it has no Skywire tables yet: run ./skywire migrate"));
      return findings;
    }
    if (!owns(statement, findings)) {
      return findings;
    }
    migrations(database, findings);
    findings.add(sinks(statement));
    findings.add(ingester(statement));
    return findings;
  }

  /** Since PostgreSQL 15 the schema public is its owner's alone. */
  private static void creates(Statement statement, List<Finding> findings) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            select quote_ident(current_user), quote_ident(coalesce(current_schema(), 'public')),
                   coalesce(has_schema_privilege(current_schema(), 'create'), false)
            """)) {
      row.next();
      if (!row.getBoolean(3)) {
        String user = row.getString(1);
        String schema = row.getString(2);
        findings.add(
            Finding.bad(
                DATABASE,
                "user %s may make no tables in schema %s: grant usage, create on schema %s to %s"
                    .formatted(user, schema, schema, user)));
      }
    }
  }

  private static boolean owns(Statement statement, List<Finding> findings) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            select relowner::regrole::text, quote_ident(current_user)
            from pg_class
            where oid = to_regclass('firehose_events') and not pg_has_role(relowner, 'usage')
            """)) {
      if (!row.next()) {
        return true;
      }
      String owner = row.getString(1);
      String user = row.getString(2);
      findings.add(
          Finding.bad(
              DATABASE,
              "the tables are %s's, and user %s may neither migrate them nor make or drop a day: name %s in DATABASE_URL, or grant %s to %s"
                  .formatted(owner, user, owner, owner, user)));
      return false;
    }
  }

  private static void migrations(DataSource database, List<Finding> findings) {
    try {
      List<String> missing = Migrations.missing(database);
      if (!missing.isEmpty()) {
        findings.add(
            Finding.warning(
                DATABASE,
                "the tables lack migration %s: run ./skywire migrate, or start an api or a sink, which do so unless SKYWIRE_MIGRATE is false"
                    .formatted(String.join(", ", missing))));
      }
    } catch (FlywayException unreadable) {
      findings.add(
          Finding.bad(
              DATABASE,
              "it cannot be seen which migrations there are: %s; run ./skywire migrate, which says more"
                  .formatted(RootCause.line(unreadable))));
    }
  }

  private static Finding sinks(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            select count(*), count(problem), min(problem) from sink_heartbeats
            where written_at > clock_timestamp() - interval '30 seconds'
            """)) {
      row.next();
      int all = row.getInt(1);
      int ailing = row.getInt(2);
      if (all == 0) {
        return Finding.bad("sink", "none has been heard of for 30 s: start one");
      }
      return ailing == 0
          ? Finding.ok("sink", all + " at work")
          : Finding.bad(
              "sink",
              "%d of %d cannot go on: %s; its log has more"
                  .formatted(ailing, all, row.getString(3)));
    }
  }

  private static Finding ingester(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            select connected, relay, coalesce(problem, 'it has not said why') from firehose_cursor
            where stored_at > clock_timestamp() - interval '30 seconds'
            order by stored_at desc limit 1
            """)) {
      if (!row.next()) {
        return Finding.bad("ingester", "none has been heard of for 30 s: start one, and a sink");
      }
      return row.getBoolean(1)
          ? Finding.ok("ingester", "at work")
          : Finding.bad(
              "ingester",
              "it has no connection to relay %s: %s; it tries again by itself, and its log has more"
                  .formatted(row.getString(2), row.getString(3)));
    }
  }
}
