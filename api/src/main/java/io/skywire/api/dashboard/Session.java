package io.skywire.api.dashboard;

import java.time.Duration;
import java.time.Instant;

/**
 * That somebody has signed in with a token.
 *
 * @param id random; a session that was signed out is known by it
 * @param tokenId the token's row, which is looked up again all along
 * @param signedInAt in whole seconds
 * @param expiresAt in whole seconds
 */
record Session(String id, long tokenId, Instant signedInAt, Instant expiresAt) {
  /** Without the page being open. */
  static final Duration UNWATCHED_MAX = Duration.ofHours(1);

  /** A night's watch; then the token is asked for again. */
  static final Duration MAX = Duration.ofHours(12);

  /** The same for who is still there. */
  Session renewed(Instant now) {
    Instant last = signedInAt.plus(MAX);
    Instant next = now.plus(UNWATCHED_MAX);
    return new Session(id, tokenId, signedInAt, next.isBefore(last) ? next : last);
  }
}
