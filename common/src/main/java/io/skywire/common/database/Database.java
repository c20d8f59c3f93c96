package io.skywire.common.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;

/** Opens connection pools. A pool starts without a database and finds it when it is there. */
public final class Database {
  private Database() {}

  /**
   * @param pool name of the pool, also what PostgreSQL shows as the application's name
   * @param connectionsMax connections at most; none is opened before it is needed
   * @param wait how long a caller waits for a connection before it is an SQLException
   */
  public static HikariDataSource open(
      DatabaseUrl url, String pool, int connectionsMax, Duration wait) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(pool);
    config.setJdbcUrl(url.jdbcUrl());
    config.setUsername(url.user());
    config.setPassword(url.password());
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(wait.toMillis());
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("ApplicationName", pool);
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new HikariDataSource(config);
  }
}
