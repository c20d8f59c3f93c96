package io.skywire.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.SeparateJvm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostgresProcessesTest {
  @TempDir private Path folder;

  @Test
  void aKilledServerHasWhatItCommitted() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting())) {
      execute(server.url(), "create table t as select 1 as n");
      server.processes().kill();
      assertThatThrownBy(() -> count(server.url())).isInstanceOf(SQLException.class);

      server.startAgain();
      assertThat(count(server.url())).isOne();
    }
  }

  @Test
  void aKilledBackendTakesTheOthersWithItAndTheServerRecovers() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting())) {
      execute(server.url(), "create table t as select 1 as n");
      String named = server.url().jdbcUrl() + "?ApplicationName=victim";
      try (Connection victim = connect(server.url(), named);
          Connection other = connect(server.url(), server.url().jdbcUrl())) {
        assertThat(server.killBackend("victim")).isTrue();
        assertThatThrownBy(() -> awaitFailure(victim)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> awaitFailure(other)).isInstanceOf(SQLException.class);
      }
      while (true) {
        try {
          assertThat(count(server.url())).isOne();
          return;
        } catch (SQLException recovering) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
      }
    }
  }

  @Test
  void aStoppedServerAnswersWhenItIsContinued() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting())) {
      execute(server.url(), "create table t as select 1 as n");
      server.processes().pause();
      CompletableFuture<Integer> answer =
          CompletableFuture.supplyAsync(() -> countUnchecked(server.url()));
      assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      server.processes().resume();
      assertThat(answer.get(30, TimeUnit.SECONDS)).isOne();
    }
  }

  @Test
  void aServerThatIsKilledWhileItIsStoppedStartsAgain() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting());
        Connection idle = connect(server.url(), server.url().jdbcUrl())) {
      execute(server.url(), "create table t as select 1 as n");
      server.processes().pause();
      server.processes().kill();
      server.startAgain();
      assertThat(count(server.url())).isOne();
      assertThatThrownBy(() -> awaitFailure(idle)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aLeashedServerEndsWithItsJvm() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    try (SeparateJvm jvm = SeparateJvm.run(StartLeashed.class, folder.toString())) {
      jvm.awaitLine("started");
      assertThat(new Postmaster(data).find()).isPresent();
      jvm.kill();
    }
    while (new Postmaster(data).find().isPresent()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Starts a server in the folder, and waits. */
  static final class StartLeashed {
    private StartLeashed() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgresServer server =
          EmbeddedPostgresServer.start(Path.of(arguments[0]), FreePort.lasting());
      server.processes().leash();
      System.out.println("started");
      Thread.sleep(Duration.ofMinutes(10));
    }
  }

  private static void awaitFailure(Connection connection) throws Exception {
    while (true) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("select 1");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static int countUnchecked(DatabaseUrl url) {
    try {
      return count(url);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static int count(DatabaseUrl url) throws SQLException {
    try (Connection connection = connect(url, url.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from t")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void execute(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = connect(url, url.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(DatabaseUrl url, String jdbcUrl) throws SQLException {
    return DriverManager.getConnection(jdbcUrl, url.user(), url.password());
  }
}
