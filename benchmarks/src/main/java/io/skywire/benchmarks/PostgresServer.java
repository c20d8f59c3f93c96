package io.skywire.benchmarks;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A server that contenders of a stage read from or write to, durable, with a database for each. */
public final class PostgresServer implements Shared.Part {
  private final Path folder;
  private final EmbeddedPostgresServer server;
  private final long postmaster;
  private int databases;

  private PostgresServer(Path folder, EmbeddedPostgresServer server, long postmaster) {
    this.folder = folder;
    this.server = server;
    this.postmaster = postmaster;
  }

  /** Starts one, or answers the one that there is. */
  public static Shared.Lease<PostgresServer> lease(Workbench workbench)
      throws IOException, InterruptedException {
    return workbench
        .shared()
        .lease(PostgresServer.class, "PostgreSQL", () -> start(workbench.newFolder("postgres")));
  }

  private static PostgresServer start(Path folder) throws IOException {
    EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder, FreePort.lasting());
    try {
      server.processes().leash();
      PostgresSettings.apply(server);
      String pid = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst();
      return new PostgresServer(folder, server, Long.parseLong(pid.strip()));
    } catch (IOException | RuntimeException failed) {
      server.close();
      throw failed;
    }
  }

  /** Makes an empty database under a name that none has had yet. */
  public DatabaseUrl create() throws SQLException {
    return create("bench_" + ++databases);
  }

  /** Makes an empty database. */
  public DatabaseUrl create(String name) throws SQLException {
    return create(name, "template1");
  }

  /** Makes a copy of a database that nobody is connected to. */
  public DatabaseUrl create(String name, String original) throws SQLException {
    execute("create database %s template %s strategy file_copy".formatted(name, original));
    DatabaseUrl any = server.url();
    return new DatabaseUrl(
        any.host(), any.port(), name, any.user(), any.password(), any.parameters());
  }

  public void drop(String name) throws SQLException {
    execute("drop database %s with (force)".formatted(name));
  }

  /** What all its processes have used, those that have ended too. */
  public Duration cpuTime() throws IOException {
    return CpuTime.ofTree(postmaster);
  }

  @Override
  public void close() {
    server.close();
    TemporaryFolder.delete(folder);
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
