package io.skywire.api.problems;

import io.skywire.api.filters.OutOfScopeException;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Decides which failure is which status. What a client can cause is never logged; a defect is
 * logged here, once, and the client is told nothing of it.
 */
@RestControllerAdvice
public final class ProblemAdvice extends ResponseEntityExceptionHandler {
  /** Seconds after which a client may find the database, or room for its answer, again. */
  public static final String RETRY_AFTER_SECONDS = "5";

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  private final ProblemMetrics metrics;
  private final DatabaseIncident incident;

  public ProblemAdvice(ProblemMetrics metrics, DatabaseIncident incident) {
    this.metrics = metrics;
    this.incident = incident;
  }

  @ExceptionHandler
  ResponseEntity<Object> badParameter(BadParameterException bad) {
    return new Problem(400, String.valueOf(bad.getMessage())).toResponse(HttpHeaders.EMPTY);
  }

  /** What Tomcat throws when a request's parameters cannot be decoded. */
  @ExceptionHandler
  ResponseEntity<Object> undecodable(org.apache.tomcat.util.http.InvalidParameterException bad) {
    return new Problem(400, "the query is not percent-encoded UTF-8").toResponse(HttpHeaders.EMPTY);
  }

  @ExceptionHandler
  ResponseEntity<Object> unauthorized(UnauthorizedException refused) {
    metrics.tokenRefused();
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    return new Problem(401, String.valueOf(refused.getMessage())).toResponse(headers);
  }

  @ExceptionHandler
  ResponseEntity<Object> notFound(NotFoundException absent) {
    return new Problem(404, String.valueOf(absent.getMessage())).toResponse(HttpHeaders.EMPTY);
  }

  @ExceptionHandler
  ResponseEntity<Object> outOfScope(OutOfScopeException refused) {
    return new Problem(403, String.valueOf(refused.getMessage())).toResponse(HttpHeaders.EMPTY);
  }

  @ExceptionHandler
  ResponseEntity<Object> tooMany(TooManyRequestsException refused) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, Long.toString(refused.retryAfterSeconds()));
    return new Problem(429, String.valueOf(refused.getMessage())).toResponse(headers);
  }

  @ExceptionHandler
  ResponseEntity<Object> overloaded(OverloadedException refused) {
    metrics.overloaded();
    return later(String.valueOf(refused.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<Object> database(SQLException failed) {
    DatabaseFailure failure = DatabaseFailure.of(failed);
    return switch (failure) {
      case AWAY, NOT_SET_UP, TOO_SLOW -> {
        metrics.unavailable(failure);
        incident.failed(failed);
        yield later(failure.words());
      }
      case UNEXPECTED -> defect(failed);
    };
  }

  @ExceptionHandler
  ResponseEntity<Object> defect(RuntimeException defect) {
    return defect((Exception) defect);
  }

  private static ResponseEntity<Object> later(String detail) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    return new Problem(503, detail).toResponse(headers);
  }

  private static ResponseEntity<Object> defect(Exception defect) {
    LOG.error("a request failed for a reason that nothing is prepared for", defect);
    return new Problem(500, DatabaseFailure.UNEXPECTED.words()).toResponse(HttpHeaders.EMPTY);
  }

  /**
   * Without the line in the log that Spring has for it, and with the methods that Spring answers by
   * itself where there is a GET.
   */
  @Override
  protected ResponseEntity<Object> handleHttpRequestMethodNotSupported(
      HttpRequestMethodNotSupportedException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    Set<HttpMethod> methods = new LinkedHashSet<>(headers.getAllow());
    if (methods.contains(HttpMethod.GET)) {
      methods.add(HttpMethod.HEAD);
      methods.add(HttpMethod.OPTIONS);
    }
    HttpHeaders allowed = new HttpHeaders();
    allowed.setAllow(methods);
    return handleExceptionInternal(failure, null, allowed, status, request);
  }

  /** Spring's own failures: no such path, wrong method, and the like. */
  @Override
  protected ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    String detail =
        switch (failure) {
          case NoHandlerFoundException _ -> "there is nothing at this path";
          case HttpRequestMethodNotSupportedException method ->
              "this path does not take " + method.getMethod();
          default -> new Problem(status.value(), "").title();
        };
    return new Problem(status.value(), detail).toResponse(headers);
  }
}
