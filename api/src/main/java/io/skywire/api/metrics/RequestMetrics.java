package io.skywire.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.common.metrics.Metrics;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Counts every request and how long its answer takes, to the last byte, by route and status; but
 * not the time in which it was held because its client wanted to wait. A route is the pattern of a
 * controller and never a path. Any thread.
 */
public final class RequestMetrics implements Filter {
  private static final String NO_ROUTE = "none";
  private static final String HELD = RequestMetrics.class.getName() + ".held";
  private static final int FAILED = 500;

  private final MeterRegistry registry;
  private final AtomicInteger inFlight = new AtomicInteger();

  public RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("skywire.api.requests.in.flight", inFlight, AtomicInteger::get)
        .description("Requests that are being answered")
        .strongReference(true)
        .register(registry);
  }

  /** The request was held for so long, as its client wanted. */
  public static void held(ServletRequest request, Duration time) {
    request.setAttribute(HELD, heldUntilNow(request).plus(time));
  }

  private static Duration heldUntilNow(ServletRequest request) {
    return request.getAttribute(HELD) instanceof Duration held ? held : Duration.ZERO;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Request counted = new Request(request, (HttpServletResponse) response, System.nanoTime());
    inFlight.incrementAndGet();
    boolean answered = false;
    try {
      chain.doFilter(request, response);
      answered = true;
    } finally {
      if (answered && request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtItsEnd(counted));
      } else {
        count(counted, answered ? counted.response.getStatus() : FAILED);
      }
    }
  }

  private void count(Request request, int status) {
    inFlight.decrementAndGet();
    Object route = request.request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    Metrics.latency("skywire.api.request", "Requests, and how long their answers took")
        .tag("route", route == null ? NO_ROUTE : route.toString())
        .tag("status", Integer.toString(status))
        .register(registry)
        .record(
            Duration.ofNanos(System.nanoTime() - request.begun)
                .minus(heldUntilNow(request.request)));
  }

  private record Request(ServletRequest request, HttpServletResponse response, long begun) {}

  /** Of an answer that goes on after its thread has left. */
  private final class AtItsEnd implements AsyncListener {
    private final Request request;

    AtItsEnd(Request request) {
      this.request = request;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      count(request, request.response.getStatus());
    }

    /** The completion follows. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** The completion follows. */
    @Override
    public void onError(AsyncEvent event) {}

    /** Still the same answer, but the new round has forgotten us. */
    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
