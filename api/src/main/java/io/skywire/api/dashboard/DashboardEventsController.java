package io.skywire.api.dashboard;

import io.skywire.api.connections.SlowClients;
import io.skywire.api.problems.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /dashboard/events}: snapshots as Server-Sent Events, the newest one at once. Each is
 * whole. {@code end} tells that the session is over, and why. A viewer that does not take a
 * snapshot in time is cut off, and comes again by itself.
 */
@RestController
public final class DashboardEventsController {
  /** A client that has not taken a snapshot in this time is cut off. */
  private static final Duration SNAPSHOT_MAX = Duration.ofSeconds(10);

  /** Shorter than what the page takes for a dead connection. */
  private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(4);

  /** Then the page comes again by itself, and its session is renewed. */
  private static final Duration STREAM_MAX = Session.UNWATCHED_MAX.dividedBy(4);

  private static final int RECONNECT_MILLIS = 1_000;

  private final SessionCheck sessions;
  private final SnapshotFeed feed;
  private final SlowClients clients;

  public DashboardEventsController(Dashboard dashboard, SlowClients clients) {
    this.clients = clients;
    this.sessions = dashboard.sessions();
    this.feed = dashboard.feed();
  }

  @GetMapping("/dashboard/events")
  void events(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    switch (sessions.visitor(request)) {
      case Visitor.SignedIn visitor -> {
        String renewed = sessions.renew(visitor, request);
        if (renewed != null) {
          response.setHeader(HttpHeaders.SET_COOKIE, renewed);
        }
        if (HttpMethod.HEAD.matches(request.getMethod())) {
          // That is how the page asks whether it is still signed in.
          open(response);
          return;
        }
        try (SnapshotFeed.Place _ = feed.enter()) {
          open(response);
          watch(request, response.getOutputStream());
        }
      }
      case Visitor.OutOfScope visitor -> refuse(response, 403, visitor.words());
      case Visitor.SignedOut visitor ->
          refuse(
              response,
              401,
              visitor.words().isEmpty() ? "sign in at /dashboard first" : visitor.words());
    }
  }

  private static void open(HttpServletResponse response) {
    response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    // Proxies that gather an answer before they pass it on are asked not to.
    response.setHeader("X-Accel-Buffering", "no");
  }

  private void watch(HttpServletRequest request, OutputStream out)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    long seen = 0;
    write(out, "retry: " + RECONNECT_MILLIS + "\n\n");
    while (!feed.isClosed() && System.nanoTime() - began < STREAM_MAX.toNanos()) {
      SnapshotFeed.Numbered next = feed.await(seen, HEARTBEAT_EVERY);
      String over =
          switch (sessions.visitor(request)) {
            case Visitor.SignedIn _ -> "";
            case Visitor.OutOfScope visitor -> visitor.words();
            case Visitor.SignedOut visitor -> visitor.words();
          };
      if (!over.isEmpty()) {
        write(out, "event: end\ndata: " + over + "\n\n");
        return;
      }
      if (next == null) {
        write(out, ": waiting for the database\n\n");
      } else {
        seen = next.number();
        write(out, "data: " + new String(next.json(), StandardCharsets.UTF_8) + "\n\n");
      }
    }
  }

  private void write(OutputStream out, String text) throws IOException {
    clients.within(
        SNAPSHOT_MAX,
        () -> {
          out.write(text.getBytes(StandardCharsets.UTF_8));
          out.flush();
        });
  }

  private static void refuse(HttpServletResponse response, int status, String words)
      throws IOException {
    byte[] body = new Problem(status, words).toJson();
    response.setStatus(status);
    response.setContentType(Problem.MEDIA_TYPE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
