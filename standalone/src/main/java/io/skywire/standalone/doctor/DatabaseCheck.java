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
import org.jspecify.annotations.Nullable;

/** Whether PostgreSQL answers, is one that Skywire can use, and goes by the same time. */
final class DatabaseCheck {
  static final String DATABASE = "postgres";

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
    DataSource database = databases.apply(url);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      findings.add(version(url, connection.getMetaData().getDatabaseMajorVersion()));
      findings.add(clock(statement));
      findings.addAll(ServerCheck.of(statement, database, variables));
      findings.addAll(SchemaCheck.of(statement, database));
    } catch (SQLException failed) {
      findings.add(refused(url, failed));
    }
    return findings;
  }

  static Finding version(DatabaseUrl url, int version) {
    return version < VERSION_MIN
        ? Finding.bad(
            DATABASE,
            "%s is version %d, and %d or newer is needed: upgrade it"
                .formatted(url, version, VERSION_MIN))
        : Finding.ok(DATABASE, "%s answers, version %d".formatted(url, version));
  }

  private static Finding clock(Statement statement) throws SQLException {
    Instant ours = Instant.now();
    try (ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return clock(ours, row.getObject(1, OffsetDateTime.class).toInstant());
    }
  }

  static Finding clock(Instant ours, Instant theirs) {
    Duration apart = Duration.between(ours, theirs).abs();
    return apart.compareTo(CLOCKS_APART_MAX) > 0
        ? Finding.bad(
            "clock",
            "this machine's and PostgreSQL's are %d s apart: run NTP on both"
                .formatted(apart.toSeconds()))
        : Finding.ok("clock", "this machine and PostgreSQL agree");
  }

  private static Finding refused(DatabaseUrl url, SQLException failed) {
    String reason = String.valueOf(failed.getMessage()).lines().findFirst().orElse("unknown");
    return Finding.bad(DATABASE, "%s: %s; %s".formatted(url, reason, advice(failed.getSQLState())));
  }

  /**
   * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">SQLSTATE</a>
   */
  private static String advice(@Nullable String state) {
    return switch (state == null ? "" : state) {
      case "28000", "28P01" ->
          "are user and password of DATABASE_URL right, and does pg_hba.conf let them in from here?";
      case "3D000" -> "create it, or name another one in DATABASE_URL";
      case "42501" -> "grant it to the user of DATABASE_URL, or name the tables' owner there";
      case "53300" ->
          "raise max_connections, or the limit of the user or database; or lower SKYWIRE_API_CONNECTIONS";
      case "57P03" -> "it is starting or stopping: wait, and see its log";
      default -> "is it running, and is DATABASE_URL right?";
    };
  }

  static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
