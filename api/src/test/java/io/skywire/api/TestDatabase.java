package io.skywire.api;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A fresh database with the schema, on a real PostgreSQL that all tests of the JVM share. It holds
 * three days of partitions, from {@link #FIRST_DAY} on, no events and no watermark.
 */
public final class TestDatabase implements AutoCloseable {
  public static final String FIRST_DAY = "2026-07-01";
  public static final int DAYS = 3;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DatabaseUrl url;
  private final HikariDataSource pool;

  private TestDatabase(DatabaseUrl url) {
    this.url = url;
    this.pool = Database.open(url, "test", 4, Duration.ofSeconds(10));
  }

  public static TestDatabase create() {
    return copyOf(Migrated.NAME);
  }

  /** A database without the schema. */
  public static TestDatabase empty() {
    return copyOf("template1");
  }

  private static TestDatabase copyOf(String template) {
    String name = "test_" + COUNT.incrementAndGet();
    int port = Server.INSTANCE.getPort();
    try (Connection connection = Server.INSTANCE.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database %s template %s".formatted(name, template));
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
    return new TestDatabase(new DatabaseUrl("localhost", port, name, "postgres", "postgres", ""));
  }

  public DatabaseUrl url() {
    return url;
  }

  /** The same by way of a proxy that listens on this port. */
  public DatabaseUrl url(int port) {
    return new DatabaseUrl("127.0.0.1", port, url.database(), url.user(), url.password(), "");
  }

  public DataSource dataSource() {
    return pool;
  }

  public void execute(String sql) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  /** Makes everything up to this seq readable, as a sink with one partition would. */
  public void watermark(long seq) {
    execute("insert into sink_topics values ('topic', 'skywire.events', 1) on conflict do nothing");
    execute(
        String.format(
            Locale.ROOT,
            """
            insert into sink_progress values ('topic', 0, 1, %d)
            on conflict (topic_id, partition) do update set watermark_seq = excluded.watermark_seq
            """,
            seq));
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Schema and partitions, to which the migrations are applied once. */
  private static final class Migrated {
    static final String NAME = make();

    private static String make() {
      try (TestDatabase database = empty()) {
        Migrations.migrate(database.pool);
        for (int day = 1; day <= DAYS; day++) {
          String to = day == DAYS ? "infinity" : "2026-07-%02d 00:00Z".formatted(day + 1);
          for (String table : new String[] {"firehose_events", "firehose_event_collections"}) {
            database.execute(
                "create table %s_%d partition of %s for values from ('2026-07-%02d 00:00Z') to ('%s')"
                    .formatted(table, day, table, day, to));
          }
        }
        return database.url.database();
      }
    }
  }

  private static final class Server {
    /** Other tests use the machine too. */
    private static final Duration START_MAX = Duration.ofMinutes(1);

    static final EmbeddedPostgres INSTANCE = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().setPGStartupWait(START_MAX).start();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
