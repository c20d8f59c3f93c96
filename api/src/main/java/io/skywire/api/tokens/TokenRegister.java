package io.skywire.api.tokens;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the table {@code api_tokens} without the secret: see who has a token, and
 * end it. Any thread may call it; every call is a statement, nothing is cached.
 */
public final class TokenRegister {
  private static final int QUERY_SECONDS_MAX = 10;

  private final DataSource database;

  public TokenRegister(DataSource database) {
    this.database = database;
  }

  /** All tokens, revoked ones too, in the order in which they were made. */
  public List<Token> list() throws SQLException {
    String sql =
        """
        select id, name, active, created_at, last_used_at, expires_at, scopes,
               requests_per_minute
        from api_tokens
        order by id
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql);
        ResultSet rows = statement.executeQuery()) {
      List<Token> tokens = new ArrayList<>();
      while (rows.next()) {
        tokens.add(read(rows));
      }
      return tokens;
    }
  }

  /** Those in use first, and of them the ones that were used last. */
  public static List<Token> latest(Connection connection, int limit) throws SQLException {
    String sql =
        """
        select id, name, active, created_at, last_used_at, expires_at, scopes,
               requests_per_minute
        from api_tokens
        order by active desc, last_used_at desc nulls last, id desc
        limit ?
        """;
    try (PreparedStatement statement = prepare(connection, sql)) {
      statement.setInt(1, limit);
      try (ResultSet rows = statement.executeQuery()) {
        List<Token> tokens = new ArrayList<>();
        while (rows.next()) {
          tokens.add(read(rows));
        }
        return tokens;
      }
    }
  }

  /** Ends the active token of this name; false when there is none. */
  public boolean revoke(String name) throws SQLException {
    String sql =
        """
        update api_tokens
        set active = false
        where name = ? and active
        """;
    if (name.indexOf('\0') >= 0) {
      return false;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql)) {
      statement.setString(1, name);
      return statement.executeUpdate() > 0;
    }
  }

  static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(QUERY_SECONDS_MAX);
    return statement;
  }

  static Token read(ResultSet rows) throws SQLException {
    return new Token(
        rows.getLong("id"),
        rows.getString("name"),
        rows.getBoolean("active"),
        rows.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(rows.getObject("last_used_at", OffsetDateTime.class)),
        instant(rows.getObject("expires_at", OffsetDateTime.class)),
        Scope.read(rows.getString("scopes")),
        rows.getObject("requests_per_minute", Integer.class));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
