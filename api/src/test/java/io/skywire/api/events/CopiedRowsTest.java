package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.skywire.api.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Rows of a real server, and what a broken one might send. */
@Timeout(60)
class CopiedRowsTest {
  private static final long SEED = System.nanoTime();
  private static final int COLUMNS = 3;
  private static final String ROWS =
      """
      select n::bigint * -3000000000, n::integer - 50,
             case when n % 3 <> 0 then convert_to(repeat('x', n * 3), 'UTF8') end
      from generate_series(1, 200) n
      """;

  private static TestDatabase database;

  private final Random random = new Random(SEED);

  @BeforeAll
  static void start() {
    System.out.println("seed " + SEED);
    database = TestDatabase.empty();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void rowsAreWhatTheServerHas() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      try (CopiedRows rows = CopiedRows.open(connection, ROWS, COLUMNS)) {
        assertThat(all(rows)).isEqualTo(expected());
      }
      try (CopiedRows none = CopiedRows.open(connection, "select 1 where false", 1)) {
        assertThat(none.next()).isFalse();
      }
      assertThat(one(connection)).isEqualTo(1);
    }
  }

  /** The protocol does not promise that a message is a row. */
  @Test
  void rowsAreTheSameHoweverMessagesAreCut() throws Exception {
    byte[] sent = sent();
    for (int round = 0; round < 100; round++) {
      int most = 1 + random.nextInt(round % 2 == 0 ? 20 : 20_000);
      assertThat(all(rows(cut(sent, most)))).isEqualTo(expected());
    }
  }

  @Test
  void whatIsDamagedIsRefusedOrReadWithinItsBytes() throws Exception {
    byte[] sent = sent();
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = Arrays.copyOf(sent, 1 + random.nextInt(sent.length));
      for (int flip = random.nextInt(3); flip >= 0; flip--) {
        damaged[random.nextInt(Math.min(damaged.length, 400))] = (byte) random.nextInt();
      }
      Throwable failed = catchThrowable(() -> all(rows(cut(damaged, 5_000))));
      if (failed != null) {
        assertThat(failed).isInstanceOf(SQLException.class).hasMessageContaining("by COPY");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void anotherNumberOfColumnsIsRefused() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      try (CopiedRows rows = CopiedRows.open(connection, ROWS, COLUMNS + 1)) {
        assertThatThrownBy(rows::next).hasMessageContaining("a row of 3 columns");
      }
      assertThat(one(connection)).isEqualTo(1);
    }
  }

  @Test
  void aConnectionIsOfUseAfterRowsThatNobodyWanted() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (int wanted : new int[] {0, 1, 3}) {
        String many = "select n, repeat('x', 1000) from generate_series(1, 20000) n";
        try (CopiedRows rows = CopiedRows.open(connection, many, 2)) {
          for (int row = 1; row <= wanted; row++) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.number(0)).isEqualTo(row);
          }
        }
        assertThat(one(connection)).isEqualTo(1);
      }
      connection.commit();
    }
  }

  @Test
  void aStatementThatFailsInTheMiddleEndsTheTransactionAndNotTheConnection() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> CopiedRows.open(connection, "select nothing", 1))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("nothing");
      connection.rollback();
      int process = process(connection);
      try (Statement limit = connection.createStatement()) {
        limit.execute("set local statement_timeout = '300ms'");
      }
      String slow =
          "select n, case when n > 100 then pg_sleep(20)::text else repeat('x', 1000) end"
              + " from generate_series(1, 101) n";
      assertThatThrownBy(() -> readAll(connection, slow))
          .isInstanceOfSatisfying(
              SQLException.class, failed -> assertThat(failed.getSQLState()).isEqualTo("57014"));
      connection.rollback();
      assertThat(process(connection)).isEqualTo(process);
      connection.commit();
    }
  }

  @Test
  void aConnectionThatBreaksIsNotUsedAgain() throws Exception {
    AtomicInteger broken = new AtomicInteger();
    assertThatThrownBy(() -> breakInTheMiddle(broken)).isInstanceOf(SQLException.class);
    for (int taken = 0; taken < 6; taken++) {
      try (Connection connection = database.dataSource().getConnection()) {
        assertThat(process(connection)).isNotEqualTo(broken.get());
      }
    }
  }

  private static void breakInTheMiddle(AtomicInteger process) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Connection other = database.dataSource().getConnection();
        Statement end = other.createStatement()) {
      connection.setAutoCommit(false);
      process.set(process(connection));
      String many = "select n, repeat('x', 10000) from generate_series(1, 100000) n";
      try (CopiedRows rows = CopiedRows.open(connection, many, 2)) {
        assertThat(rows.next()).isTrue();
        end.execute("select pg_terminate_backend(" + process + ")");
        while (rows.next()) {
          assertThat(rows.length(1)).isEqualTo(10_000);
        }
      }
    }
  }

  private static void readAll(Connection connection, String query) throws SQLException {
    try (CopiedRows rows = CopiedRows.open(connection, query, 2)) {
      while (rows.next()) {
        assertThat(rows.isNull(0)).isFalse();
      }
    }
  }

  private static int one(Connection connection) throws SQLException {
    return number(connection, "select 1");
  }

  private static int process(Connection connection) throws SQLException {
    return number(connection, "select pg_backend_pid()");
  }

  private static int number(Connection connection, String query) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(query)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static List<String> expected() {
    List<String> rows = new ArrayList<>();
    for (int n = 1; n <= 200; n++) {
      rows.add(
          n * -3_000_000_000L + " " + (n - 50) + " " + (n % 3 == 0 ? null : "x".repeat(n * 3)));
    }
    return rows;
  }

  private static List<String> all(CopiedRows rows) throws SQLException {
    List<String> all = new ArrayList<>();
    while (rows.next()) {
      String text =
          rows.isNull(2)
              ? null
              : new String(
                  rows.array(), rows.start(2), rows.length(2), StandardCharsets.ISO_8859_1);
      all.add(rows.number(0) + " " + rows.number(1) + " " + text);
    }
    return all;
  }

  /** All bytes of the server's messages. */
  private static byte[] sent() throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("copy (" + ROWS + ") to stdout (format binary)", all);
      return all.toByteArray();
    }
  }

  private List<byte[]> cut(byte[] bytes, int most) {
    List<byte[]> messages = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + random.nextInt(most + 1));
      messages.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    return messages;
  }

  private static CopiedRows rows(List<byte[]> messages) throws SQLException {
    try (Connection unused = database.dataSource().getConnection()) {
      return new CopiedRows(unused, new Messages(messages), COLUMNS);
    }
  }

  /** A server's messages that are there already. */
  private static final class Messages implements CopyOut {
    private final Deque<byte[]> left;

    Messages(List<byte[]> messages) {
      this.left = new ArrayDeque<>(messages);
    }

    @Override
    public byte @Nullable [] readFromCopy() {
      return left.poll();
    }

    @Override
    public byte @Nullable [] readFromCopy(boolean block) {
      return readFromCopy();
    }

    @Override
    public int getFieldCount() {
      return COLUMNS;
    }

    @Override
    public int getFormat() {
      return 1;
    }

    @Override
    public int getFieldFormat(int field) {
      return 1;
    }

    @Override
    public boolean isActive() {
      return !left.isEmpty();
    }

    @Override
    public void cancelCopy() {
      left.clear();
    }

    @Override
    public long getHandledRowCount() {
      return 0;
    }
  }
}
