package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a line that can break off: the pool has one connection, and PostgreSQL 1 s to answer. */
@Timeout(60)
class BinaryCopyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private SinkDatabase database;
  private TcpProxy line;
  private HikariDataSource pool;

  @BeforeEach
  void start() {
    database = SinkDatabase.empty();
    database.execute("create table numbers (number bigint)");
    DatabaseUrl direct = database.url();
    line = TcpProxy.to(direct.hosts().getFirst().port(), WireProtocol.POSTGRES);
    pool =
        Database.open(
            new DatabaseUrl(
                "127.0.0.1",
                line.port(),
                direct.database(),
                direct.user(),
                direct.password(),
                "socketTimeout=1"),
            "copy",
            1,
            PATIENCE);
  }

  @AfterEach
  void stop() {
    pool.close();
    line.close();
    database.close();
  }

  @Test
  void anAnswerThatComesTooLateIsNotTakenForThatOfTheNextStatement() throws Exception {
    Hold done = line.hold(Hold.Side.REQUEST, "CopyDone"::equals, 1);
    assertThatThrownBy(() -> copy(1)).isInstanceOf(SQLException.class);
    assertThat(done.await(PATIENCE)).isTrue();
    done.goOn();
    for (int number = 1; number <= 5; number++) {
      assertThat(ask(number)).isEqualTo(number);
    }
    copy(2);
    assertThat(database.rows("select number from numbers")).containsExactly("2");
  }

  @Test
  void aConnectionIsKeptWhenPostgresRefusesARow() throws Exception {
    database.execute("alter table numbers add check (number < 10)");
    copy(1);
    int connections = line.connections();
    assertThatThrownBy(() -> copy(10)).hasMessageContaining("check constraint");
    copy(2);
    assertThat(database.rows("select number from numbers")).containsExactly("1", "2");
    assertThat(line.connections()).isEqualTo(connections);
  }

  @Test
  void whatIsNotFinishedIsNotStored() throws Exception {
    try (Connection connection = pool.getConnection()) {
      try (BinaryCopy copy = open(connection)) {
        copy.row(1);
        copy.bigint(1);
      }
      assertThat(connection.isValid(1)).isTrue();
    }
    assertThat(database.rows("select number from numbers")).isEmpty();
  }

  private void copy(long number) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (BinaryCopy copy = open(connection)) {
        copy.row(1);
        copy.bigint(number);
        copy.finish();
      }
      connection.commit();
    }
  }

  private static BinaryCopy open(Connection connection) throws SQLException {
    return new BinaryCopy(connection, "copy numbers from stdin (format binary)");
  }

  private int ask(int number) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select " + number)) {
      row.next();
      return row.getInt(1);
    }
  }
}
