package io.skywire.api.problems;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * What a failed statement means for the client: try again later, or a defect of ours.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">SQLSTATE</a>
 */
public enum DatabaseFailure {
  /** Not reachable, starting, ending, full, or not let in. */
  AWAY("the database cannot be reached; try again"),
  /** Reachable, but without its tables. */
  NOT_SET_UP("the database has not been set up yet; try again"),
  /** The statement took longer than it may. */
  TOO_SLOW("the database took too long to answer; try again"),
  /** None of these: a defect. */
  UNEXPECTED("an unexpected error");

  private static final String UNDEFINED_TABLE = "42P01";
  private static final String QUERY_CANCELED = "57014";

  private final String words;

  DatabaseFailure(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }

  /**
   * Whether there is no answer of the database: it cannot be reached, is starting or ending, or has
   * no room. Narrower than {@link #AWAY}: a database that answers and does not let us in is not
   * away.
   */
  public static boolean isOutOfReach(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null) {
      // Of the pool, when none of its connections became free in time and none could be tried.
      return failure instanceof SQLTransientConnectionException;
    }
    return state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
  }

  public static DatabaseFailure of(SQLException failure) {
    String state = failure.getSQLState();
    if (failure instanceof SQLTransientConnectionException) {
      return AWAY;
    }
    if (state == null) {
      return UNEXPECTED;
    }
    if (state.equals(UNDEFINED_TABLE)) {
      return NOT_SET_UP;
    }
    if (state.equals(QUERY_CANCELED)) {
      return TOO_SLOW;
    }
    return switch (state.length() < 2 ? state : state.substring(0, 2)) {
      // connection, authorization, no such database, rolled back for another's sake (also on a
      // standby), resources, operator, system
      case "08", "28", "3D", "40", "53", "57", "58" -> AWAY;
      default -> UNEXPECTED;
    };
  }
}
