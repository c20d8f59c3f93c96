package io.skywire.api.dashboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.DatabaseFailure;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenStore;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseCookie;

/**
 * Knows a visitor by the cookie. Its seal is checked each time, and that its token may still be
 * used at most every {@link #BELIEVED}, so that revoking a token ends its sessions within seconds.
 * While the database cannot be reached, and for no other reason, its last word about a token
 * stands, and a seal alone is enough where there is none: that is when the page is needed, and
 * nobody can be revoked then. A session that only its seal speaks for is not renewed, so that it
 * ends within {@link Session#UNWATCHED_MAX} of the database's last word. Signing out ends a session
 * at this process. Any thread may call it.
 */
final class SessionCheck {
  private static final Logger log = LoggerFactory.getLogger(SessionCheck.class);

  private static final String COOKIE = "skywire_dashboard";
  private static final String PATH = "/dashboard";
  private static final Duration BELIEVED = Duration.ofSeconds(2);
  private static final int SESSIONS_MAX = 10_000;

  private final TokenStore tokens;
  private final SessionSeal seal;
  private final InstantSource clock;
  private final Cache<Long, Standing> standings =
      Caffeine.newBuilder().maximumSize(SESSIONS_MAX).expireAfterWrite(Session.MAX).build();
  private final Cache<String, Boolean> signedOut =
      Caffeine.newBuilder().maximumSize(SESSIONS_MAX).expireAfterWrite(Session.MAX).build();

  /**
   * @param tokens in a pool that no reader can take all connections of
   */
  SessionCheck(TokenStore tokens, SessionSeal seal, InstantSource clock) {
    this.tokens = tokens;
    this.seal = seal;
    this.clock = clock;
  }

  Visitor visitor(HttpServletRequest request) {
    String cookie = cookie(request);
    if (cookie == null) {
      return new Visitor.SignedOut("");
    }
    Session session = seal.open(cookie, clock.instant());
    if (session == null || signedOut.getIfPresent(session.id()) != null) {
      return new Visitor.SignedOut("the session is over");
    }
    Standing standing = standing(session.tokenId());
    if (standing.vouching() == Vouching.NONE) {
      return new Visitor.SignedOut("the session cannot be checked now; try again in a moment");
    }
    return switch (standing.access()) {
      case ALL -> new Visitor.SignedIn(session, standing.vouching() == Vouching.DATABASE);
      case SOME -> new Visitor.OutOfScope(SignIn.OUT_OF_SCOPE);
      case NONE -> new Visitor.SignedOut("the token was revoked or has expired");
    };
  }

  /** Begins a session of a token that sees everything. */
  Session begin(Token token) {
    standings.put(token.id(), new Standing(Access.of(token), Vouching.DATABASE, System.nanoTime()));
    return seal.begin(token.id(), clock.instant());
  }

  /** Ends the request's session, if there is one. */
  void end(HttpServletRequest request) {
    String cookie = cookie(request);
    Session session = cookie == null ? null : seal.open(cookie, clock.instant());
    if (session != null) {
      signedOut.put(session.id(), true);
    }
  }

  /** The cookie that renews a session; null when nothing but its seal speaks for it. */
  @Nullable String renew(Visitor.SignedIn visitor, HttpServletRequest request) {
    return visitor.isVouchedFor() ? cookie(visitor.session(), request) : null;
  }

  /** The cookie of a session, from now on. */
  String cookie(Session session, HttpServletRequest request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Session renewed = session.renewed(now);
    return cookie(seal.seal(renewed), Duration.between(now, renewed.expiresAt()), request);
  }

  /** The cookie that removes the one there is. */
  String remove(HttpServletRequest request) {
    return cookie("", Duration.ZERO, request);
  }

  private Standing standing(long tokenId) {
    Standing known = standings.getIfPresent(tokenId);
    if (known != null && System.nanoTime() - known.atNanos() < BELIEVED.toNanos()) {
      return known;
    }
    Standing standing;
    try {
      Token token = tokens.find(tokenId);
      Access access = token == null ? Access.NONE : Access.of(token);
      standing = new Standing(access, Vouching.DATABASE, System.nanoTime());
    } catch (SQLException failed) {
      Access last = known == null ? Access.ALL : known.access();
      standing = new Standing(last, without(failed), System.nanoTime());
    }
    standings.put(tokenId, standing);
    return standing;
  }

  private static Vouching without(SQLException failed) {
    if (DatabaseFailure.isOutOfReach(failed)) {
      return Vouching.SEAL;
    }
    if (DatabaseFailure.of(failed) == DatabaseFailure.UNEXPECTED) {
      log.error("a session's token could not be looked up", failed);
    }
    return Vouching.NONE;
  }

  private static @Nullable String cookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie one : cookies) {
        if (one.getName().equals(COOKIE) && !one.getValue().isEmpty()) {
          return one.getValue();
        }
      }
    }
    return null;
  }

  private static String cookie(String value, Duration age, HttpServletRequest request) {
    return ResponseCookie.from(COOKIE, value)
        .path(PATH)
        .maxAge(age)
        .httpOnly(true)
        .secure(isHttps(request))
        .sameSite("Strict")
        .build()
        .toString();
  }

  /** Also where a proxy has taken the TLS off; whoever makes that header up harms nobody else. */
  private static boolean isHttps(HttpServletRequest request) {
    return request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
  }

  private enum Access {
    ALL,
    SOME,
    NONE;

    static Access of(Token token) {
      return token.scope().equals(EventFilter.ALL) ? ALL : SOME;
    }
  }

  /** What speaks for a session beside nobody having signed out of it. */
  private enum Vouching {
    DATABASE,
    SEAL,
    NONE
  }

  /**
   * @param access the database's last word, {@link Access#ALL} before the first
   */
  private record Standing(Access access, Vouching vouching, long atNanos) {}
}
