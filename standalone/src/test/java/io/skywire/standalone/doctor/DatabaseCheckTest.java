package io.skywire.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of its own for each test, on one server, and a user with a password alone. */
@Timeout(60)
class DatabaseCheckTest {
  private static final String CLERK = "clerk";
  private static final String PASSWORD = "a-password";

  private static EmbeddedPostgresServer server;

  private DatabaseUrl owners;
  private DatabaseUrl clerks;

  @BeforeAll
  static void start() {
    server = EmbeddedPostgresServer.startTemporary();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void create() throws SQLException {
    DatabaseUrl url = server.url();
    execute(url, "create database office");
    owners = new DatabaseUrl(url.hosts(), "office", url.user(), url.password(), "");
    clerks = new DatabaseUrl(url.hosts(), "office", CLERK, PASSWORD, "");
    execute(url, "create role clerk login password '" + PASSWORD + "'");
  }

  @AfterEach
  void drop() throws SQLException {
    execute(server.url(), "drop database office with (force)", "drop role clerk");
  }

  @Test
  void aDatabaseWithoutTablesIsToldHowToGetThem() {
    assertThat(told(owners, Finding.Level.BAD)).isEmpty();
    assertThat(told(owners, Finding.Level.WARNING))
        .containsExactly("it has no Skywire tables yet: run ./skywire migrate");
  }

  @Test
  void whatIsAtWorkIsWell() throws Exception {
    migrate();
    report("null", "null", true);
    assertThat(examine(owners))
        .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK))
        .extracting(Finding::subject)
        .containsExactly("postgres", "clock", "sink", "ingester");
  }

  @Test
  void thatNobodyIsAtWorkIsBad() throws Exception {
    migrate();
    assertThat(told(owners, Finding.Level.BAD))
        .containsExactly(
            "none has been heard of for 30 s: start one",
            "none has been heard of for 30 s: start one, and a sink");
  }

  @Test
  void whatSinkAndIngesterSayOfThemselvesIsTold() throws Exception {
    migrate();
    report("'no space left on device'", "'connection refused'", false);
    assertThat(told(owners, Finding.Level.BAD))
        .containsExactly(
            "1 of 1 cannot go on: no space left on device; its log has more",
            "it has no connection to relay relay.example: connection refused; it tries again by itself, and its log has more");
  }

  /** The advice is SQL, and helps. */
  @Test
  void aUserWhoMayMakeNoTablesIsToldWhatToGrant() throws Exception {
    String words = told(clerks, Finding.Level.BAD).getFirst();
    assertThat(words).startsWith("user clerk may make no tables in schema public");
    execute(owners, advised("grant usage, create on schema public to clerk", words));
    assertThat(told(clerks, Finding.Level.BAD)).isEmpty();
  }

  @Test
  void aUserWhoDoesNotOwnTheTablesIsToldWhoDoes() throws Exception {
    migrate();
    execute(owners, "grant usage, create on schema public to clerk");
    String words = told(clerks, Finding.Level.BAD).getFirst();
    assertThat(words).startsWith("the tables are postgres's, and user clerk may neither");
    execute(owners, advised("grant postgres to clerk", words));
    assertThat(told(clerks, Finding.Level.BAD)).noneMatch(other -> other.contains("tables are"));
  }

  @Test
  void aMigrationThatIsMissingIsNamed() throws Exception {
    migrate();
    execute(owners, "delete from flyway_schema_history where version::int > 4");
    assertThat(told(owners, Finding.Level.WARNING))
        .singleElement()
        .asString()
        .startsWith("the tables lack migration 5, 6")
        .contains(": run ./skywire migrate");
  }

  @Test
  void migrationsThatCannotBeSeenAreBad() throws Exception {
    migrate();
    execute(owners, "alter table flyway_schema_history drop column checksum");
    assertThat(told(owners, Finding.Level.BAD).getFirst())
        .startsWith("it cannot be seen which migrations there are: ");
  }

  @Test
  void aUserWithTooFewConnectionsIsToldHowManyAreNeeded() throws Exception {
    execute(owners, "alter role clerk connection limit 18");
    assertThat(told(clerks, Finding.Level.WARNING))
        .anyMatch(words ->
            words.startsWith("it grants 18 connections, and an api and a sink take up to 19"));
    execute(owners, "alter role clerk connection limit 19");
    assertThat(told(clerks, Finding.Level.WARNING)).noneMatch(words -> words.contains("it grants"));
    execute(owners, "alter database office connection limit 4");
    assertThat(told(clerks, Finding.Level.WARNING))
        .anyMatch(words -> words.startsWith("it grants 4 connections"));
  }

  @Test
  void aBoundOnStatementsIsToldAndHowToTakeItAway() throws Exception {
    execute(owners, "alter role clerk set statement_timeout = '2min'");
    String words =
        told(clerks, Finding.Level.WARNING).stream()
            .filter(one -> one.startsWith("statement_timeout is 2min"))
            .findFirst()
            .orElseThrow();
    execute(owners, advised("alter role clerk set statement_timeout = 0", words));
    assertThat(told(clerks, Finding.Level.WARNING)).noneMatch(one -> one.contains("timeout"));
  }

  @Test
  void aDatabaseThatTakesNoWritesIsBad() throws Exception {
    execute(owners, "alter role clerk set default_transaction_read_only = on");
    assertThat(told(clerks, Finding.Level.BAD)).anyMatch(words -> words.contains("make room"));
    assertThat(ServerCheck.writes(true, true))
        .hasValueSatisfying(finding -> assertThat(finding.words()).contains("name the primary"));
  }

  @Test
  void aPoolerThatLendsConnectionsForATransactionIsTold() throws Exception {
    try (Connection one = open(owners).getConnection()) {
      DataSource pooler = pooler(one);
      List<Finding> findings =
          DatabaseCheck.of(variables(owners), url -> pooler).stream()
              .filter(finding -> finding.words().contains("pooler"))
              .toList();
      assertThat(findings)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.words()).contains("PostgreSQL's own address");
          });
    }
  }

  @Test
  void whoIsNotLetInIsToldWhatIsWrong() throws Exception {
    DatabaseUrl stranger = new DatabaseUrl(clerks.hosts(), "office", CLERK, "wrong", "");
    assertThat(told(stranger, Finding.Level.BAD))
        .singleElement()
        .asString()
        .contains("password authentication failed", "are user and password of DATABASE_URL right")
        .doesNotContain("wrong");
    DatabaseUrl elsewhere = new DatabaseUrl(clerks.hosts(), "nowhere", CLERK, PASSWORD, "");
    assertThat(told(elsewhere, Finding.Level.BAD))
        .singleElement()
        .asString()
        .contains("does not exist", "create it");
    execute(owners, "alter role clerk connection limit 0");
    assertThat(told(clerks, Finding.Level.BAD))
        .singleElement()
        .asString()
        .contains("too many connections", "SKYWIRE_API_CONNECTIONS");
  }

  @Test
  void aTableThatMayNotBeReadIsToldToBeGranted() throws Exception {
    migrate();
    execute(
        owners,
        "grant usage, create on schema public to clerk",
        "alter table firehose_events owner to clerk");
    assertThat(told(clerks, Finding.Level.BAD))
        .anyMatch(words -> words.contains("permission denied") && words.contains("grant it"));
  }

  @Test
  void aVersionThatIsTooOldIsBad() {
    assertThat(DatabaseCheck.version(owners, 14).level()).isEqualTo(Finding.Level.BAD);
    assertThat(DatabaseCheck.version(owners, 14).words()).contains("is version 14", "upgrade it");
    assertThat(DatabaseCheck.version(owners, 15).level()).isEqualTo(Finding.Level.OK);
  }

  @Test
  void clocksThatAreApartAreBad() {
    Instant ours = Instant.parse("2026-07-04T14:38:08Z");
    for (Duration apart : List.of(Duration.ofSeconds(6), Duration.ofSeconds(-6))) {
      Finding finding = DatabaseCheck.clock(ours, ours.plus(apart));
      assertThat(finding.level()).isEqualTo(Finding.Level.BAD);
      assertThat(finding.words()).contains("6 s apart", "run NTP");
    }
    assertThat(DatabaseCheck.clock(ours, ours.plusSeconds(5)).level()).isEqualTo(Finding.Level.OK);
  }

  private static List<String> told(DatabaseUrl url, Finding.Level level) {
    return examine(url).stream()
        .filter(finding -> finding.level() == level)
        .map(Finding::words)
        .toList();
  }

  private static List<Finding> examine(DatabaseUrl url) {
    return DatabaseCheck.of(variables(url), DatabaseCheckTest::open);
  }

  private static Variables variables(DatabaseUrl url) {
    return new Variables(Map.of("DATABASE_URL", url.toUrl()));
  }

  private static DataSource open(DatabaseUrl url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url.jdbcUrl());
    source.setUser(url.user());
    source.setPassword(url.password());
    return source;
  }

  /** Lends one connection to all, who believe that each has its own. */
  private static DataSource pooler(Connection one) {
    Connection lent =
        (Connection)
            Proxy.newProxyInstance(
                DatabaseCheckTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                    method.getName().equals("close") ? null : method.invoke(one, arguments));
    return (DataSource)
        Proxy.newProxyInstance(
            DatabaseCheckTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> lent);
  }

  private void migrate() {
    Migrations.migrate(open(owners));
  }

  /** What a sink stores every second. */
  private void report(String sinksProblem, String ingestersProblem, boolean connected)
      throws SQLException {
    execute(
        owners,
        "insert into sink_heartbeats values ('a', true, %s, clock_timestamp())"
            .formatted(sinksProblem),
        """
        insert into firehose_cursor
            (relay, connected, behind_seconds, problem, written_at, stored_at)
        values ('relay.example', %s, 0, %s, clock_timestamp(), clock_timestamp())
        """
            .formatted(connected, ingestersProblem));
  }

  /** The part of the advice that is SQL. */
  private static String advised(String sql, String words) {
    assertThat(words).contains(sql);
    return sql;
  }

  private static void execute(DatabaseUrl url, String... statements) throws SQLException {
    try (Connection connection = open(url).getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
