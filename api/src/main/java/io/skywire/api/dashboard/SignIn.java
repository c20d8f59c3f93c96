package io.skywire.api.dashboard;

import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.DatabaseFailure;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenStore;
import io.skywire.api.tokens.UnscopedTokens;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about who brings a token. An address that has failed too often is not worth a look-up for
 * a while, unless it brings a token that is known to be in use: many may have one address, behind a
 * proxy, and who guesses must not lock out who does not. Any thread may call it.
 */
final class SignIn {
  private static final Logger log = LoggerFactory.getLogger(SignIn.class);

  static final String OUT_OF_SCOPE =
      "This token sees some events only, and the dashboard shows what is done with all of them. "
          + "Take a token that was made without --event-type, --collection and --repo.";

  private final TokenStore tokens;
  private final UnscopedTokens known;
  private final SignInFailures failures = new SignInFailures();

  SignIn(TokenStore tokens) {
    this.tokens = tokens;
    this.known = new UnscopedTokens(tokens);
  }

  /** What becomes of it. */
  sealed interface Answer {
    record Welcome(Token token) implements Answer {}

    /**
     * @param status of HTTP
     * @param words why, for whoever tried
     */
    record Refused(int status, String words) implements Answer {}
  }

  /**
   * @param address that the token came from
   */
  Answer with(String text, byte[] address) {
    try {
      if (failures.areTooMany(address) && !known.has(text)) {
        return new Answer.Refused(
            429,
            "Signing in has failed too often from your address, and this is no token that is known"
                + " to be in use. A new one is in a few seconds; otherwise try again in %d s."
                    .formatted(SignInFailures.WINDOW.toSeconds()));
      }
      Token token = tokens.find(text);
      if (token == null) {
        failures.count(address);
        return new Answer.Refused(401, "There is no such token, or it was revoked or has expired.");
      }
      if (!token.scope().equals(EventFilter.ALL)) {
        failures.count(address);
        return new Answer.Refused(403, OUT_OF_SCOPE);
      }
      tokens.markUsed(token);
      return new Answer.Welcome(token);
    } catch (SQLException failed) {
      DatabaseFailure failure = DatabaseFailure.of(failed);
      if (failure == DatabaseFailure.UNEXPECTED) {
        log.error("a token could not be looked up", failed);
      }
      return new Answer.Refused(
          503, "The token cannot be checked: " + failure.words() + " in a moment.");
    }
  }
}
