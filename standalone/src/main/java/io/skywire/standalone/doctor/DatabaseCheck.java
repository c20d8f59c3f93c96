package io.skywire.standalone.doctor;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/** Whether PostgreSQL answers, is one that Skywire can use, and goes by the same time. */
final class DatabaseCheck {
  private static final String DATABASE = "postgres";
  private static final int VERSION_MIN = 15;

  /** Days are told apart by clocks. */
  private static final Duration CLOCKS_APART_MAX = Duration.ofSeconds(5);

  private DatabaseCheck() {}

  static List<Finding> of(Variables variables, Function<DatabaseUrl, DataSource> databases) {
    DatabaseUrl url;
    try {
      url = DatabaseUrl.from(variables);
    } catch (InvalidSettingException toldAlready) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    try (Connection connection = databases.apply(url).getConnection();
        Statement statement = connection.createStatement()) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      findings.add(
          version < VERSION_MIN
              ? Finding.bad(
                  DATABASE, "%s is version %d: 15 or newer is needed".formatted(url, version))
              : Finding.ok(DATABASE, "%s answers, version %d".formatted(url, version)));
      findings.add(clock(statement));
      if (text(statement, "select pg_is_in_recovery()").equals("t")) {
        findings.add(
            Finding.bad(DATABASE, "it is a standby and takes no writes: name the primary"));
      }
      schema(statement, findings);
    } catch (SQLException failed) {
      String reason = String.valueOf(failed.getMessage()).lines().findFirst().orElse("unknown");
      findings.add(Finding.bad(DATABASE, "%s: %s; is DATABASE_URL right?".formatted(url, reason)));
    }
    return findings;
  }

  private static Finding clock(Statement statement) throws SQLException {
    Instant before = Instant.now();
    Instant theirs;
    try (ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      theirs = row.getObject(1, OffsetDateTime.class).toInstant();
    }
    Duration apart = Duration.between(before, theirs).abs();
    return apart.compareTo(CLOCKS_APART_MAX) > 0
        ? Finding.bad(
            "clock",
            "this machine's and PostgreSQL's are %d s apart: run NTP on both"
                .formatted(apart.toSeconds()))
        : Finding.ok("clock", "this machine and PostgreSQL agree");
  }

  private static void schema(Statement statement, List<Finding> findings) throws SQLException {
    if (text(statement, "select to_regclass('sink_heartbeats') is not null").equals("f")) {
      findings.add(
          Finding.warning(DATABASE, "it has no Skywire tables yet: run ./skywire migrate"));
      return;
    }
    int sinks =
        Integer.parseInt(
            text(
                statement,
                """
                select count(*) from sink_heartbeats
                where written_at > clock_timestamp() - interval '30 seconds'
                """));
    findings.add(
        sinks == 0
            ? Finding.bad("sink", "none has been heard of for 30 s: start one")
            : Finding.ok("sink", sinks + " at work"));
    int reporting =
        Integer.parseInt(
            text(
                statement,
                """
                select count(*) from firehose_cursor
                where stored_at > clock_timestamp() - interval '30 seconds'
                """));
    findings.add(
        reporting == 0
            ? Finding.bad("ingester", "none has been heard of for 30 s: start one, and a sink")
            : Finding.ok("ingester", "at work"));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
