package io.skywire.api.dashboard;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenRegister;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A token, as far as it may be shown.
 *
 * @param sees the events that it lets its bearer see, in words
 * @param active false when it was revoked
 * @param requestsPerMinute null for as many as the api allows by itself
 */
record TokenUse(
    String name,
    String sees,
    boolean active,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt,
    @Nullable Integer requestsPerMinute) {
  /** One more would not be looked at. */
  static final int SHOWN_MAX = 50;

  private static final int WORDS_LENGTH_MAX = 300;

  /** Those in use first; one more than are shown, when there are more. */
  static List<TokenUse> read(Connection connection) throws SQLException {
    return TokenRegister.latest(connection, SHOWN_MAX + 1).stream().map(TokenUse::of).toList();
  }

  private static TokenUse of(Token token) {
    return new TokenUse(
        token.name(),
        sees(token.scope()),
        token.active(),
        token.createdAt(),
        token.lastUsedAt(),
        token.expiresAt(),
        token.requestsPerMinute());
  }

  private static String sees(EventFilter scope) {
    if (scope.equals(EventFilter.ALL)) {
      return "all events";
    }
    if (!scope.canMatch()) {
      return "nothing";
    }
    String words =
        Stream.of(
                part("type", scope.types()),
                part("collection", scope.collections()),
                part("repo", scope.repos()))
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; "));
    return words.length() <= WORDS_LENGTH_MAX ? words : words.substring(0, WORDS_LENGTH_MAX) + "…";
  }

  private static @Nullable String part(String name, @Nullable Choice choice) {
    return choice == null ? null : name + " " + String.join(", ", choice.patterns());
  }
}
