package io.skywire.api.tokens;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tokens and finds them again, in the table {@code api_tokens}. A token is {@code sky_} and
 * 32 random bytes in base64url; {@link #create} answers it once, and no later call can. Active
 * tokens have distinct names. Any thread may call it; every call is a statement, nothing is cached.
 *
 * <p>A token whose hash is under the previous secret is found as well, and hashed anew under the
 * current one when it is: those in use outlive a change of the secret.
 */
public final class TokenStore {
  private static final Logger log = LoggerFactory.getLogger(TokenStore.class);

  private static final String PREFIX = "sky_";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
  private static final int NAME_LENGTH_MAX = 200;
  private static final String UNIQUE_VIOLATION = "23505";

  private final DataSource database;
  private final TokenRegister register;
  private final TokenHash hash;
  private final @Nullable TokenHash previousHash;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param secret {@code SECRET_KEY_BASE}; tokens made under another one are not found
   */
  public TokenStore(DataSource database, String secret) {
    this(database, SecretKeys.of(secret));
  }

  /**
   * @param secrets tokens made under any other are not found
   */
  public TokenStore(DataSource database, SecretKeys secrets) {
    this.database = database;
    this.register = new TokenRegister(database);
    this.hash = new TokenHash(secrets.current());
    this.previousHash = secrets.previous() == null ? null : new TokenHash(secrets.previous());
  }

  /** A token for all events. */
  public String create(String name) throws SQLException {
    return create(Grant.of(name));
  }

  /**
   * Makes a token and answers it, for the only time.
   *
   * @throws TokenNameException when an active token has the name, or it is no name
   */
  public String create(Grant grant) throws SQLException {
    String name = grant.name();
    requireName(name);
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String sql =
        """
        insert into api_tokens (name, token_hash, scopes, expires_at, requests_per_minute)
        values (?, ?, ?::jsonb, ?, ?)
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setString(1, name);
      statement.setBytes(2, hash.of(token));
      statement.setString(3, Scope.write(grant.scope()));
      Instant expires = grant.expiresAt();
      statement.setObject(4, expires == null ? null : expires.atOffset(ZoneOffset.UTC));
      statement.setObject(5, grant.requestsPerMinute(), Types.INTEGER);
      statement.executeUpdate();
      return token;
    } catch (SQLException failed) {
      if (UNIQUE_VIOLATION.equals(failed.getSQLState())) {
        throw new TokenNameException(
            "a token named '" + name + "' is active; revoke it or take another name");
      }
      throw failed;
    }
  }

  /** As {@link TokenRegister#list}. */
  public List<Token> list() throws SQLException {
    return register.list();
  }

  /** As {@link TokenRegister#revoke}. */
  public boolean revoke(String name) throws SQLException {
    return register.revoke(name);
  }

  /** The row of a token that may be used now, or null. */
  public @Nullable Token find(String token) throws SQLException {
    return hasForm(token) ? find(token, hash(token)) : null;
  }

  /** As {@link #find(String)}, for who has the hash already. */
  @Nullable Token find(String token, byte[] tokenHash) throws SQLException {
    Token found = find(tokenHash);
    if (found != null || previousHash == null) {
      return found;
    }
    byte[] before = previousHash.of(token);
    found = find(before);
    if (found != null) {
      hashAnew(found, before, tokenHash);
    }
    return found;
  }

  /** As of now, by the id of its row: null when it may not be used any more. */
  public @Nullable Token find(long id) throws SQLException {
    String sql =
        """
        select id, name, active, created_at, last_used_at, expires_at, scopes,
               requests_per_minute
        from api_tokens
        where id = ? and active and (expires_at is null or expires_at > clock_timestamp())
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setLong(1, id);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? TokenRegister.read(rows) : null;
      }
    }
  }

  /** In hexadecimal: those of active tokens without a scope, the newest ones. */
  Set<String> unscopedHashes(int limit) throws SQLException {
    String sql =
        """
        select encode(token_hash, 'hex')
        from api_tokens
        where active and scopes = '{}'
        order by id desc
        limit ?
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setInt(1, limit);
      try (ResultSet rows = statement.executeQuery()) {
        Set<String> hashes = new HashSet<>();
        while (rows.next()) {
          hashes.add(rows.getString(1));
        }
        return hashes;
      }
    }
  }

  /** In hexadecimal, under each secret. */
  List<String> hashes(String token) {
    HexFormat hex = HexFormat.of();
    String current = hex.formatHex(hash.of(token));
    return previousHash == null
        ? List.of(current)
        : List.of(current, hex.formatHex(previousHash.of(token)));
  }

  static boolean hasForm(String token) {
    return FORM.matcher(token).matches();
  }

  byte[] hash(String token) {
    return hash.of(token);
  }

  private @Nullable Token find(byte[] tokenHash) throws SQLException {
    String sql =
        """
        select id, name, active, created_at, last_used_at, expires_at, scopes,
               requests_per_minute
        from api_tokens
        where token_hash = ? and active and (expires_at is null or expires_at > clock_timestamp())
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setBytes(1, tokenHash);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? TokenRegister.read(rows) : null;
      }
    }
  }

  /** Who has just been found is let through whether it works or not: the next use tries again. */
  private void hashAnew(Token token, byte[] before, byte[] tokenHash) {
    String sql = "update api_tokens set token_hash = ? where id = ? and token_hash = ?";
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setBytes(1, tokenHash);
      statement.setLong(2, token.id());
      statement.setBytes(3, before);
      statement.executeUpdate();
    } catch (SQLException later) {
      log.debug("token {} keeps its hash under the previous secret for now", token.id(), later);
    }
  }

  /** Notes that the token is in use, no more often than once a minute. */
  public void markUsed(Token token) throws SQLException {
    String sql =
        """
        update api_tokens
        set last_used_at = clock_timestamp()
        where id = ?
          and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = TokenRegister.prepare(connection, sql)) {
      statement.setLong(1, token.id());
      statement.executeUpdate();
    }
  }

  private static void requireName(String name) {
    int length = name.codePointCount(0, name.length());
    if (name.isBlank() || length > NAME_LENGTH_MAX) {
      throw new TokenNameException(
          "a token's name has 1 to " + NAME_LENGTH_MAX + " characters; this one has " + length);
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw new TokenNameException("a token's name has no control characters");
    }
  }
}
