package io.skywire.sink.write;

import java.sql.SQLException;

/**
 * Tells a row that PostgreSQL refuses from a database that cannot go on.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">error codes</a>
 */
final class SqlStates {
  /** What PostgreSQL says of it. */
  static final String NO_JSON = "22P02";

  private static final int DETAIL_CHARS_MAX = 300;

  private static final String CHECK_VIOLATION = "23514";

  private SqlStates() {}

  /**
   * No partition takes the row: somebody has dropped it. Nothing else is a violated check here,
   * since the tables have no checks of their own.
   */
  static boolean isMissingPartition(SQLException failure) {
    return CHECK_VIOLATION.equals(failure.getSQLState());
  }

  /**
   * Data exception, integrity constraint, or a limit that this row passes (nesting, index size).
   */
  static boolean isAboutTheData(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && !isMissingPartition(failure)
        && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"));
  }

  static String describe(SQLException refusal) {
    String text = refusal.getSQLState() + ": " + refusal.getMessage();
    return text.length() <= DETAIL_CHARS_MAX ? text : text.substring(0, DETAIL_CHARS_MAX);
  }
}
