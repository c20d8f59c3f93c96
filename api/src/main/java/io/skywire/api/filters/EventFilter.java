package io.skywire.api.filters;

import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events a reader wants: choices that all have to hold, null for any. An event has each of
 * its ops' collections.
 */
public record EventFilter(
    @Nullable Choice types, @Nullable Choice collections, @Nullable Choice repos) {
  public static final EventFilter ALL = new EventFilter(null, null, null);

  /** No stored event has such a type. */
  public static final EventFilter NOTHING = new EventFilter(Choice.of("\0"), null, null);

  /** Exact values, null for any. */
  public static EventFilter of(
      @Nullable String type, @Nullable String collection, @Nullable String repo) {
    return new EventFilter(exact(type), exact(collection), exact(repo));
  }

  private static @Nullable Choice exact(@Nullable String value) {
    return value == null ? null : Choice.of(value);
  }

  /**
   * What this asks for, as far as a token sees it: all that it sees where this does not say.
   *
   * @throws OutOfScopeException when this asks only for what it does not see
   */
  public EventFilter within(EventFilter scope) {
    return new EventFilter(
        both("event_type", types, scope.types),
        both("collection", collections, scope.collections),
        both("repo", repos, scope.repos));
  }

  private static @Nullable Choice both(
      String name, @Nullable Choice wanted, @Nullable Choice seen) {
    if (wanted == null || seen == null) {
      return wanted == null ? seen : wanted;
    }
    Choice both = wanted.and(seen);
    if (both == null) {
      throw new OutOfScopeException(
          "the token's scope has no " + name + " " + String.join(", ", wanted.patterns()));
    }
    return both;
  }

  /** False when no stored event can match. */
  public boolean canMatch() {
    return Stream.of(types, collections, repos)
        .allMatch(choice -> choice == null || choice.isStorable());
  }

  /**
   * @param ofOps distinct collections of the event's ops
   */
  public boolean matches(String type, @Nullable String repo, Collection<String> ofOps) {
    return (types == null || types.matches(type))
        && (repos == null || (repo != null && repos.matches(repo)))
        && (collections == null || ofOps.stream().anyMatch(collections::matches));
  }
}
