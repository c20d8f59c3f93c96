package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.PostgresSettings;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one broker and the one PostgreSQL of all contenders, both as processes. A run has a database
 * of its own. Closing it ends both. One thread.
 */
final class Servers implements AutoCloseable {
  private final KafkaCluster kafka;
  private final EmbeddedPostgresServer postgres;
  private int databases;

  private Servers(KafkaCluster kafka, EmbeddedPostgresServer postgres) {
    this.kafka = kafka;
    this.postgres = postgres;
  }

  static Servers start(Workbench workbench) throws IOException, InterruptedException {
    Path folder = workbench.newFolder("servers");
    @Nullable EmbeddedPostgresServer postgres = null;
    try {
      postgres = EmbeddedPostgresServer.start(folder.resolve("postgres"), FreePort.lasting());
      postgres.processes().leash();
      PostgresSettings.apply(postgres);
      KafkaCluster kafka =
          KafkaCluster.start(
              folder.resolve("kafka"),
              1,
              List.of(),
              (listener, port) -> port,
              workbench.jvm("-Xms512m", "-Xmx512m", "-XX:+UseG1GC"));
      return new Servers(kafka, postgres);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      if (postgres != null) {
        postgres.close();
      }
      throw failed;
    }
  }

  String kafka() {
    return kafka.bootstrapServers(KafkaCluster.DIRECT);
  }

  /** An empty database, with everything before it written out. */
  FreshDatabase newDatabase() throws SQLException {
    String name = "bench_" + ++databases;
    try (Connection connection = connect(postgres.url());
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
      statement.execute("checkpoint");
    }
    DatabaseUrl url = postgres.url();
    return new FreshDatabase(
        new DatabaseUrl(url.host(), url.port(), name, url.user(), url.password(), ""), url);
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }

  static Connection connect(DatabaseUrl url) throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  /** PostgreSQL's process behind a connection. */
  static long backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * The database of one run, dropped with all that is in it and whoever is connected to it.
   *
   * @param url with user and password
   * @param others from where it can be dropped
   */
  record FreshDatabase(DatabaseUrl url, DatabaseUrl others) implements AutoCloseable {
    Connection connect() throws SQLException {
      return Servers.connect(url);
    }

    /** The server's first process, the parent of all others. */
    ProcessHandle postmaster() throws SQLException {
      try (Connection connection = connect()) {
        return ProcessHandle.of(backend(connection))
            .flatMap(ProcessHandle::parent)
            .orElseThrow(() -> new IllegalStateException("PostgreSQL's processes are not seen"));
      }
    }

    @Override
    public void close() throws SQLException {
      try (Connection connection = Servers.connect(others);
          Statement statement = connection.createStatement()) {
        statement.execute("drop database " + url.database() + " with (force)");
      }
    }
  }
}
