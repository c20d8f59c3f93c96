package io.skywire.api.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;

/**
 * A span a request, in the trace that the client names, if it does. It has method, route and
 * status; never a header nor the query, which may hold a token and says who is read about. A stream
 * is one span, which ends with it. Any thread.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server">Semantic
 *     conventions</a>
 */
public final class RequestSpans implements Filter {
  private static final String ERROR_TYPE = "error.type";
  private static final int FAILED = 500;

  /** What the conventions call a span of a method that is none of these: a client may send any. */
  private static final String OTHER = "HTTP";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private final Tracer tracer;

  public RequestSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    Span span = start(asked);
    boolean failed = true;
    try {
      chain.doFilter(request, response);
      failed = false;
    } catch (IOException gone) {
      // The client has left, as it does from a stream: no fault of ours.
      failed = false;
      span.setAttribute(ERROR_TYPE, gone.getClass().getName());
      throw gone;
    } finally {
      end(span, asked, (HttpServletResponse) response, failed);
    }
  }

  private Span start(HttpServletRequest request) {
    String method = method(request);
    return tracer
        .spanBuilder(method)
        .setParent(
            W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), request, Headers.GETTER))
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", method.equals(OTHER) ? "_OTHER" : method)
        .setAttribute("url.scheme", request.getScheme())
        .startSpan();
  }

  /** The route is known only now. */
  private static void end(
      Span span, HttpServletRequest request, HttpServletResponse response, boolean failed) {
    Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (route != null) {
      span.updateName(method(request) + " " + route);
      span.setAttribute("http.route", route.toString());
      // Not as it was sent: what stands behind a semicolon is no part of it.
      span.setAttribute("url.path", request.getServletPath());
    }
    int status = failed && !response.isCommitted() ? FAILED : response.getStatus();
    span.setAttribute("http.response.status_code", status);
    if (failed || status >= FAILED) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ERROR_TYPE, Integer.toString(status));
    }
    span.end();
  }

  private static String method(HttpServletRequest request) {
    return METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER;
  }

  private enum Headers implements TextMapGetter<HttpServletRequest> {
    GETTER;

    @Override
    public Iterable<String> keys(HttpServletRequest request) {
      return Collections.list(request.getHeaderNames());
    }

    @Override
    public @Nullable String get(@Nullable HttpServletRequest request, String name) {
      return request == null ? null : request.getHeader(name);
    }
  }
}
