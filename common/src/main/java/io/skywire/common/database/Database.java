package io.skywire.common.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Opens connection pools. A pool starts without a database and finds it when it is there; of
 * several hosts it finds the primary, also when another has become it. A parameter of the URL wins
 * over what is set here.
 */
public final class Database {
  /** A statement of a transaction, with all that it may have to wait for. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  private static final String CONNECT_SECONDS_MAX = "5";

  /** For how long a host is taken for what it last was. */
  private static final String HOST_KNOWN_SECONDS = "2";

  /**
   * For the server: a client whose machine has gone without a word keeps what it has locked for
   * half a minute, and not for the two hours that are an operating system's default, or the quarter
   * of an hour where an answer to it is under way, which the last of these is for.
   */
  private static final String KEEP_ALIVE =
      """
      set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
      set tcp_user_timeout = '30s'
      """;

  private static final String READ_ONLY = "25006";

  private Database() {}

  /** As the other, with a patience of a minute for each answer. */
  public static HikariDataSource open(
      DatabaseUrl url, String pool, int connectionsMax, Duration wait) {
    return open(url, pool, connectionsMax, wait, ANSWER_MAX);
  }

  /**
   * @param pool name of the pool, also what PostgreSQL shows as the application's name
   * @param connectionsMax connections at most; none is opened before it is needed
   * @param wait how long a caller waits for a connection before it is an SQLException
   * @param answerMax how long a statement waits for an answer, in whole seconds, before its
   *     connection counts as broken; migrations wait as long as they take
   */
  public static HikariDataSource open(
      DatabaseUrl url, String pool, int connectionsMax, Duration wait, Duration answerMax) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(pool);
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(wait.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(KEEP_ALIVE);
    config.setExceptionOverride(new Demoted());
    config.addDataSourceProperty("ApplicationName", pool);
    config.addDataSourceProperty("connectTimeout", CONNECT_SECONDS_MAX);
    config.addDataSourceProperty("loginTimeout", CONNECT_SECONDS_MAX);
    config.addDataSourceProperty("socketTimeout", Long.toString(answerMax.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    if (url.hosts().size() > 1) {
      config.addDataSourceProperty("targetServerType", "primary");
      config.addDataSourceProperty("hostRecheckSeconds", HOST_KNOWN_SECONDS);
    }
    return new HikariDataSource(config);
  }

  /** A server that takes no writes any more has become a standby: its connections are of no use. */
  private static final class Demoted implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException failure) {
      return READ_ONLY.equals(failure.getSQLState())
          ? Override.MUST_EVICT
          : Override.CONTINUE_EVICT;
    }
  }
}
