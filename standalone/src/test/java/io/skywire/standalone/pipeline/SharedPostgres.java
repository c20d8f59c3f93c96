package io.skywire.standalone.pipeline;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The PostgreSQL of all tests of this JVM that do nothing to the server itself. The first one that
 * needs it starts it; it stops when the JVM ends. Any thread may call it.
 */
final class SharedPostgres {
  private static final EmbeddedPostgresServer SERVER = start();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private SharedPostgres() {}

  private static EmbeddedPostgresServer start() {
    EmbeddedPostgresServer server = EmbeddedPostgresServer.startTemporary();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    return server;
  }

  /** A new one, without the schema. */
  static DatabaseUrl createDatabase() {
    DatabaseUrl shared = SERVER.url();
    String name = "test_" + COUNT.incrementAndGet();
    execute("create database " + name);
    return new DatabaseUrl(
        shared.hosts(), name, shared.user(), shared.password(), shared.parameters());
  }

  /** Whoever is still connected to it is cut off. */
  static void dropDatabase(DatabaseUrl database) {
    execute("drop database " + database.database() + " with (force)");
  }

  private static void execute(String sql) {
    DatabaseUrl shared = SERVER.url();
    try (Connection connection =
            DriverManager.getConnection(shared.jdbcUrl(), shared.user(), shared.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }
}
