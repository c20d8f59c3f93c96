package io.skywire.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.SeparateJvm;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedPostgresServerTest {
  @Test
  void keepsRowsBetweenStartsAndIsDurable(@TempDir Path folder) throws Exception {
    int port = FreePort.any();
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, port)) {
      execute(server.url(), "create table letters (letter text)");
      execute(server.url(), "insert into letters values ('a')");
      assertThat(ask(server.url(), "show fsync")).isEqualTo("on");
      assertThat(ask(server.url(), "show full_page_writes")).isEqualTo("on");
      assertThat(ask(server.url(), "show synchronous_commit")).isEqualTo("on");
    }
    assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();

    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, port)) {
      assertThat(ask(server.url(), "select letter from letters")).isEqualTo("a");
    }
  }

  @Test
  void takesOverTheServerThatAKilledJvmLeft(@TempDir Path folder) throws Exception {
    int port = FreePort.any();
    try (SeparateJvm jvm =
        SeparateJvm.run(StartPostgres.class, folder.toString(), Integer.toString(port))) {
      jvm.awaitLine("started");
      jvm.kill();
    }
    ProcessHandle orphan = new Postmaster(folder.resolve("data")).find().orElseThrow();
    assertThat(orphan.isAlive()).isTrue();

    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, port)) {
      assertThat(ask(server.url(), "select letter from letters")).isEqualTo("a");
      orphan.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void startsAfterThePostmasterWasKilledToo(@TempDir Path folder) throws Exception {
    int port = FreePort.any();
    EmbeddedPostgresServer first = EmbeddedPostgresServer.start(folder, port);
    execute(first.url(), "create table letters as select 'a' as letter");
    ProcessHandle postmaster = new Postmaster(folder.resolve("data")).find().orElseThrow();
    postmaster.destroyForcibly();
    postmaster.onExit().get(10, TimeUnit.SECONDS);

    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, port)) {
      assertThat(ask(server.url(), "select letter from letters")).isEqualTo("a");
    }
  }

  /** A container forbids user namespaces; its data may have come from where they are allowed. */
  @Test
  void worksForRootWithAndWithoutUserNamespaces(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    assumeTrue(RunAs.NAMESPACE.works() && RunAs.NOBODY.works(), "needs unshare and setpriv");
    int port = FreePort.any();
    try (EmbeddedPostgresServer server =
        EmbeddedPostgresServer.start(folder, port, true, RunAs.NOBODY)) {
      execute(server.url(), "create table letters as select 'a' as letter");
    }
    for (RunAs runAs : new RunAs[] {RunAs.NAMESPACE, RunAs.NOBODY}) {
      try (EmbeddedPostgresServer server =
          EmbeddedPostgresServer.start(folder, port, true, runAs)) {
        assertThat(ask(server.url(), "select letter from letters")).isEqualTo("a");
      }
    }
  }

  @Test
  void leavesAStrangerAloneWhosePidStandsInTheFolder(@TempDir Path folder) throws Exception {
    EmbeddedPostgresServer.start(folder, FreePort.any()).close();
    Process stranger = new ProcessBuilder("sleep", "100").start();
    try {
      Files.writeString(folder.resolve("data/postmaster.pid"), stranger.pid() + "\n");

      EmbeddedPostgresServer.start(folder, FreePort.any()).close();

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void closesWithinSecondsWhileAClientIsConnected() throws Exception {
    EmbeddedPostgresServer server = EmbeddedPostgresServer.startTemporary();
    try (Connection client = connect(server.url())) {
      assertThat(client.isValid(1)).isTrue();
      long begun = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void letsNobodyInWithoutThePassword() {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.startTemporary()) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.url().jdbcUrl(), "postgres", "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password");
    }
  }

  @Test
  void saysThatThePortIsTaken(@TempDir Path folder) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedPostgresServer.start(folder, other.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " is taken");
    }
  }

  private static Connection connect(DatabaseUrl url) throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  private static void execute(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  /** A server whose JVM runs until it is killed. */
  static final class StartPostgres {
    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgresServer server =
          EmbeddedPostgresServer.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
      execute(server.url(), "create table letters as select 'a' as letter");
      System.out.println("started");
      Thread.currentThread().join();
    }
  }
}
