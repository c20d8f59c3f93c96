package io.skywire.api.tokens;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that see all events, as of a few seconds ago. To ask whether one is among them costs
 * the database a statement every {@link #READ_EVERY} at most, however often it is asked: whoever
 * tries out tokens neither finds one sooner nor keeps the database from others. It only tells who
 * is worth a look-up; whether a token may be used is for {@link TokenStore#find} to say. Any thread
 * may call it.
 */
public final class UnscopedTokens {
  public static final Duration READ_EVERY = Duration.ofSeconds(5);

  /** The newest, of 64 characters each. */
  private static final int TOKENS_MAX = 50_000;

  private final TokenStore tokens;

  /** Null before the first have been read. */
  private @Nullable Set<String> hashes;

  private long readAtNanos = System.nanoTime() - READ_EVERY.toNanos();

  public UnscopedTokens(TokenStore tokens) {
    this.tokens = tokens;
  }

  /**
   * Whether the token is one of them.
   *
   * @throws SQLException when they could not be read; until then nobody knows, and nobody is told
   *     that it is none
   */
  public boolean has(String token) throws SQLException {
    Set<String> known = known();
    return TokenStore.hasForm(token) && tokens.hashes(token).stream().anyMatch(known::contains);
  }

  private synchronized Set<String> known() throws SQLException {
    if (System.nanoTime() - readAtNanos >= READ_EVERY.toNanos()) {
      // Also when it fails: others go by what was read last.
      readAtNanos = System.nanoTime();
      hashes = tokens.unscopedHashes(TOKENS_MAX);
    }
    if (hashes == null) {
      throw new SQLTransientConnectionException("the tokens in use could not be read");
    }
    return hashes;
  }
}
