package io.skywire.api.events;

import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.api.connections.SlowClients;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.DatabaseFailure;
import io.skywire.api.problems.OverloadedException;
import io.skywire.api.problems.UnauthorizedException;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/stream}: Server-Sent Events, the history first and then whatever comes. History and
 * present are pages of the same kind, each beginning where the one before it ended, so there is no
 * seam. A stream holds memory while it sends, as much as a page does, and nothing while it waits. A
 * client that is cut off, since it has not taken a page in time, resumes when it can.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
@RestController
public final class StreamController {
  private static final Logger log = LoggerFactory.getLogger(StreamController.class);

  /** Shorter than what proxies and this server take for a dead connection. */
  private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(10);

  private static final Duration TOKEN_CHECKED_EVERY = Duration.ofSeconds(2);
  private static final Duration DATABASE_TRIED_EVERY = Duration.ofSeconds(1);

  private final EventReader reader;
  private final SharedPages shared;
  private final TokenCheck tokens;
  private final SlowClients clients;
  private final StreamPlaces places;
  private final EventMetrics metrics;

  /**
   * @param streamsMax at the same time
   * @param streamsPerToken those of one token among them
   */
  public StreamController(
      EventReader reader,
      SharedPages shared,
      TokenCheck tokens,
      SlowClients clients,
      int streamsMax,
      int streamsPerToken,
      MeterRegistry registry) {
    this.reader = reader;
    this.shared = shared;
    this.tokens = tokens;
    this.clients = clients;
    this.places = new StreamPlaces(streamsMax, streamsPerToken);
    this.metrics = EventMetrics.of(places, registry);
  }

  @GetMapping("/api/stream")
  void stream(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException, InterruptedException {
    EventFilter filter = PageRequest.filter(request);
    Long since = PageRequest.resumesAfter(request);
    Token token = TokenCheck.token(request);
    try (StreamPlaces.Place _ = places.take(token.id())) {
      long start = since == null ? reader.watermark(token) : since;
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      // Proxies that gather an answer before they pass it on are asked not to.
      response.setHeader("X-Accel-Buffering", "no");
      if (HttpMethod.HEAD.matches(request.getMethod())) {
        // Nothing is written, so nothing would show that the client has gone.
        return;
      }
      EventStreamWriter out = new EventStreamWriter(response.getOutputStream(), clients);
      out.open(start);
      run(request, PageRequest.of(start, PageRequest.LIMIT_MAX, filter), out);
    }
  }

  private void run(HttpServletRequest request, PageRequest from, EventStreamWriter out)
      throws IOException, InterruptedException {
    PageRequest next = from;
    Token token = TokenCheck.token(request);
    StreamPages pages = new StreamPages(reader, shared);
    long checkedAt = System.nanoTime();
    while (!reader.isClosed()) {
      try {
        if (System.nanoTime() - checkedAt > TOKEN_CHECKED_EVERY.toNanos()) {
          tokens.again(request);
          checkedAt = System.nanoTime();
        }
        StreamPage page;
        try (EventMemory.Lease lease = reader.lease(token)) {
          page = pages.next(next, lease);
          out.write(page);
          metrics.streamed(page.events());
        }
        next = next.after(page.maxSeq());
        if (page.isLast()) {
          reader.await(next.since(), TOKEN_CHECKED_EVERY);
        }
        // Also while a rare filter is looked for, page by empty page.
        out.heartbeat(next.since(), HEARTBEAT_EVERY);
      } catch (UnauthorizedException ended) {
        out.end("the token is no longer valid");
        return;
      } catch (OverloadedException wait) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        out.comment(String.valueOf(wait.getMessage()));
      } catch (SQLException failed) {
        // An EventSource that is answered 503 gives up for good; this one only has to wait.
        out.comment(DatabaseFailure.of(failed).words());
        Thread.sleep(DATABASE_TRIED_EVERY);
      } catch (RuntimeException defect) {
        // The answer has begun: there is no status any more to tell it by.
        log.error("a stream ended after seq {} for a reason of ours", next.since(), defect);
        out.end("the server cannot go on here");
        return;
      }
    }
  }
}
