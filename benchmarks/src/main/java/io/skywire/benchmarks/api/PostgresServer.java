package io.skywire.benchmarks.api;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The server that all contenders of a stage read from, durable, with a database for each need. */
final class PostgresServer implements AutoCloseable {
  private final EmbeddedPostgresServer server;
  private final long postmaster;

  private PostgresServer(EmbeddedPostgresServer server, long postmaster) {
    this.server = server;
    this.postmaster = postmaster;
  }

  static PostgresServer start(Path folder) throws IOException {
    EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting());
    server.processes().leash();
    String pid = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst();
    return new PostgresServer(server, Long.parseLong(pid.strip()));
  }

  /** Makes an empty database. */
  DatabaseUrl create(String name) throws SQLException {
    return create(name, "template1");
  }

  /** Makes a copy of a database that nobody is connected to. */
  DatabaseUrl create(String name, String original) throws SQLException {
    execute("create database %s template %s strategy file_copy".formatted(name, original));
    DatabaseUrl any = server.url();
    return new DatabaseUrl(
        any.host(), any.port(), name, any.user(), any.password(), any.parameters());
  }

  void drop(String name) throws SQLException {
    execute("drop database %s with (force)".formatted(name));
  }

  /** What all its processes that still run have used. */
  Duration cpuTime() {
    return ProcessHandle.of(postmaster).stream()
        .flatMap(ProcessHandle::children)
        .map(CpuTime::of)
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    server.close();
  }

  private void execute(String sql) throws SQLException {
    DatabaseUrl url = server.url();
    try (Connection connection =
            DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
