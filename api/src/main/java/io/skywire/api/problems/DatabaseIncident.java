package io.skywire.api.problems;

import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.RootCause;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * That the database fails requests, told once, however many and for however long, and once that it
 * does so no longer. It is asked of each request whose token has been found: that is believed for
 * less than {@link #QUIET}, so the database has answered since it failed. Any thread may call it.
 */
public final class DatabaseIncident implements HandlerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(DatabaseIncident.class);

  /**
   * Twice what a client is told to wait: who was refused has come again. Longer than {@code
   * TokenCheck} believes in a token, which a test holds.
   */
  static final Duration QUIET =
      Duration.ofSeconds(2 * Long.parseLong(ProblemAdvice.RETRY_AFTER_SECONDS));

  private final Incident incident;
  private final LongSupplier nanoTime;
  private volatile long failedAt;

  public DatabaseIncident() {
    this(System::nanoTime);
  }

  DatabaseIncident(LongSupplier nanoTime) {
    this.incident = Incident.ofOthers(log, "requests are answered", nanoTime);
    this.nanoTime = nanoTime;
    this.failedAt = nanoTime.getAsLong();
  }

  /** A request is answered 503 for it. */
  void failed(SQLException failure) {
    failedAt = nanoTime.getAsLong();
    incident.failed(
        "requests are answered 503, since the database fails: " + RootCause.line(failure), failure);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // OPTIONS is asked without a token.
    if (!HttpMethod.OPTIONS.matches(request.getMethod())
        && nanoTime.getAsLong() - failedAt >= QUIET.toNanos()) {
      incident.over();
    }
    return true;
  }
}
