package io.skywire.api.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.skywire.api.problems.TooManyRequestsException;
import io.skywire.api.problems.UnauthorizedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Lets a request through that carries a token in use. What the table says of a token is believed
 * for {@link #BELIEVED}, so that a revoked token stops working within seconds and a busy one costs
 * no statement a request. When a token was last used is noted behind the request, never in it.
 */
public final class TokenCheck implements HandlerInterceptor, AutoCloseable {
  /** How long a token that was revoked may still be let through. */
  public static final Duration BELIEVED = Duration.ofSeconds(2);

  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
  private static final int TOKENS_MAX = 10_000;
  private static final int NOTES_WAITING_MAX = 1_000;
  private static final long AT_ONCE_RETRY_SECONDS = 1;
  private static final String READ_ONLY = "25006";

  private static final String ATTRIBUTE = Token.class.getName();

  /** The path of {@code GET} requests that may bring their token as a parameter. */
  private static final String STREAM = "/api/stream";

  private static final Pattern BEARER =
      Pattern.compile("bearer +(\\S+) *", Pattern.CASE_INSENSITIVE);

  private final TokenStore tokens;
  private final Cache<String, Optional<Token>> byHash =
      Caffeine.newBuilder().maximumSize(TOKENS_MAX).expireAfterWrite(BELIEVED).build();
  private final Cache<Long, Boolean> noted =
      Caffeine.newBuilder().maximumSize(TOKENS_MAX).expireAfterWrite(USE_NOTED_EVERY).build();
  // When too many notes wait, the newest is left out: the token's next use brings another.
  private final ThreadPoolExecutor notes =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(NOTES_WAITING_MAX),
          Thread.ofVirtual().name("api-token-use").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  private final RequestRate rate;
  private final int requestsAtOnce;
  private final TokenPlaces underWay;

  /**
   * @param requestsPerMinute of a token that has no number of its own
   * @param requestsAtOnce of each token, those that wait and streams among them
   */
  public TokenCheck(TokenStore tokens, int requestsPerMinute, int requestsAtOnce) {
    this.tokens = tokens;
    this.requestsAtOnce = requestsAtOnce;
    this.underWay = new TokenPlaces(requestsAtOnce);
    this.rate = new RequestRate(requestsPerMinute, System::nanoTime);
  }

  /** The token that a request was let through with. */
  public static Token token(HttpServletRequest request) {
    return (Token)
        Objects.requireNonNull(request.getAttribute(ATTRIBUTE), "the request was not checked");
  }

  /**
   * Looks again, for an answer that takes long.
   *
   * @throws UnauthorizedException when the request would not be let through any more
   */
  public void again(HttpServletRequest request) throws SQLException {
    authenticate(bearer(request));
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws SQLException {
    if (HttpMethod.OPTIONS.matches(request.getMethod())) {
      return true;
    }
    Token token = authenticate(bearer(request));
    RequestRate.Standing standing = rate.count(token);
    response.setHeader("RateLimit-Policy", standing.policy());
    response.setHeader("RateLimit", standing.header());
    if (!standing.allowed()) {
      throw new TooManyRequestsException(
          "this token may send %d requests a minute".formatted(standing.limit()),
          standing.resetSeconds());
    }
    if (!underWay.tryTake(token.id())) {
      throw new TooManyRequestsException(
          "this token may have %d requests under way at the same time".formatted(requestsAtOnce),
          AT_ONCE_RETRY_SECONDS);
    }
    request.setAttribute(ATTRIBUTE, token);
    noteUse(token);
    return true;
  }

  /** Only of a request that was let through. */
  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception failure) {
    if (request.getAttribute(ATTRIBUTE) instanceof Token token) {
      underWay.leave(token.id());
    }
  }

  @Override
  public void close() {
    notes.shutdownNow();
  }

  /** An EventSource in a browser cannot send a header: a stream also takes a parameter. */
  private static String bearer(HttpServletRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization == null) {
      String parameter =
          request.getRequestURI().equals(STREAM) ? request.getParameter("access_token") : null;
      if (parameter != null && TokenStore.hasForm(parameter)) {
        return parameter;
      }
      throw new UnauthorizedException("a token is needed: Authorization: Bearer sky_…");
    }
    Matcher bearer = BEARER.matcher(authorization);
    if (!bearer.matches() || !TokenStore.hasForm(bearer.group(1))) {
      throw new UnauthorizedException("the Authorization header holds no Bearer token of ours");
    }
    return bearer.group(1);
  }

  private Token authenticate(String bearer) throws SQLException {
    byte[] hash = tokens.hash(bearer);
    String key = HexFormat.of().formatHex(hash);
    Optional<Token> known = byHash.getIfPresent(key);
    if (known == null) {
      known = Optional.ofNullable(tokens.find(bearer, hash));
      byHash.put(key, known);
    }
    return known.orElseThrow(
        () -> new UnauthorizedException("the token is unknown, revoked or expired"));
  }

  private void noteUse(Token token) {
    if (noted.asMap().putIfAbsent(token.id(), true) != null) {
      return;
    }
    notes.execute(() -> {
      try {
        tokens.markUsed(token);
      } catch (SQLException failed) {
        // A standby will not take the next one either, and each refusal costs a connection.
        if (!READ_ONLY.equals(failed.getSQLState())) {
          noted.invalidate(token.id());
        }
      }
    });
  }
}
