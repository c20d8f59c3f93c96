package io.skywire.sink;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A fresh database with the schema, on a real PostgreSQL that all tests of the JVM share. */
public final class SinkDatabase implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DatabaseUrl url;
  private final HikariDataSource pool;

  private SinkDatabase(DatabaseUrl url) {
    this.url = url;
    this.pool = Database.open(url, "test", 4, Duration.ofSeconds(10));
  }

  public static SinkDatabase create() {
    return copyOf(Migrated.NAME);
  }

  /** A database without the schema. */
  public static SinkDatabase empty() {
    return copyOf("template1");
  }

  private static SinkDatabase copyOf(String template) {
    DatabaseUrl shared = Server.INSTANCE.url();
    String name = "test_" + COUNT.incrementAndGet();
    try (Connection connection =
            DriverManager.getConnection(shared.jdbcUrl(), shared.user(), shared.password());
        Statement statement = connection.createStatement()) {
      statement.execute("create database %s template %s".formatted(name, template));
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return new SinkDatabase(
        new DatabaseUrl(shared.hosts(), name, shared.user(), shared.password(), ""));
  }

  public DatabaseUrl url() {
    return url;
  }

  public HikariDataSource pool() {
    return pool;
  }

  /** The pool, with something to be done before each of its connections is used. */
  public DataSource before(Runnable each) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              each.run();
              return method.invoke(pool, arguments);
            });
  }

  public void execute(String sql) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  /** The rows as PostgreSQL writes them, columns separated by a comma, null as nothing. */
  public List<String> rows(String sql) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> columns = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          String text = rows.getString(column);
          columns.add(text == null ? "" : text);
        }
        all.add(String.join(",", columns));
      }
      return all;
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  /** The schema, to which the migrations are applied once. */
  private static final class Migrated {
    static final String NAME = make();

    private static String make() {
      try (SinkDatabase database = empty()) {
        Migrations.migrate(database.pool);
        return database.url.database();
      }
    }
  }

  private static final class Server {
    static final EmbeddedPostgresServer INSTANCE = start();

    private static EmbeddedPostgresServer start() {
      EmbeddedPostgresServer server = EmbeddedPostgresServer.startTemporary();
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
      return server;
    }
  }
}
