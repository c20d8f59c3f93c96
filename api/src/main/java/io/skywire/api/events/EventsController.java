package io.skywire.api.events;

import io.skywire.api.connections.SlowClients;
import io.skywire.api.metrics.RequestMetrics;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/events}. What is sent is read completely before its first byte is sent, so that a
 * slow reader holds no database connection and a failure is still a problem with its own status;
 * what it does hold is memory, within the bound of {@link EventMemory}.
 */
@RestController
public final class EventsController {
  /** To a client at a time: a page of a hundred events is a hundred thousand bytes. */
  private static final int WRITE_BYTES = 64 * 1024;

  private static final String NDJSON = "application/x-ndjson";
  private static final MediaType LINES = MediaType.parseMediaType(NDJSON);
  private static final String VARY = "Authorization, Accept, Accept-Encoding";

  /** A page that does not go up to the watermark changes by retention and replays only. */
  private static final String KEPT = "private, max-age=60";

  private final EventReader reader;
  private final SlowClients clients;
  private final Compressions compressions = new Compressions(Compressions.MAX);

  public EventsController(EventReader reader, SlowClients clients) {
    this.reader = reader;
    this.clients = clients;
  }

  @GetMapping("/api/events")
  void page(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException, InterruptedException {
    PageRequest wanted = PageRequest.from(request);
    Token token = TokenCheck.token(request);
    long deadline = System.nanoTime() + PageRequest.wait(request).toNanos();
    for (; ; ) {
      EventPage page;
      try (EventMemory.Lease lease = reader.lease(token)) {
        page = reader.page(wanted, lease);
        if (!page.isEmpty() || deadline - System.nanoTime() <= 0 || reader.isClosed()) {
          send(page, request, response);
          return;
        }
      }
      // Whoever waits holds neither memory nor a connection to the database.
      wanted = wanted.after(page.maxSeq());
      long held = System.nanoTime();
      reader.await(page.maxSeq(), Duration.ofNanos(deadline - held));
      RequestMetrics.held(request, Duration.ofNanos(System.nanoTime() - held));
    }
  }

  private void send(EventPage page, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean lines = wantsLines(request);
    response.setHeader(HttpHeaders.VARY, VARY);
    response.setHeader(HttpHeaders.CACHE_CONTROL, page.isLast() ? "no-store" : KEPT);
    if (!page.isLast()) {
      String tag = page.tag(lines ? NDJSON : MediaType.APPLICATION_JSON_VALUE);
      response.setHeader(HttpHeaders.ETAG, tag);
      if (knows(request, tag)) {
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        return;
      }
    }
    response.setContentType(lines ? NDJSON : MediaType.APPLICATION_JSON_VALUE);
    long length = lines ? page.linesLength() : page.jsonLength();
    try (Compressions.Compression compression =
        compressions.begin(ContentCoding.of(request, length))) {
      ContentCoding coding = compression.coding();
      if (coding == ContentCoding.IDENTITY) {
        response.setContentLengthLong(length);
        response.setBufferSize(WRITE_BYTES);
      } else {
        response.setHeader(HttpHeaders.CONTENT_ENCODING, coding.token());
      }
      clients.send(() -> {
        try (OutputStream out = coding.compress(response.getOutputStream())) {
          if (lines) {
            page.writeLines(out);
          } else {
            page.writeJson(out);
          }
        }
      });
    }
  }

  private static boolean wantsLines(HttpServletRequest request) {
    try {
      return MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)))
          .stream()
          .anyMatch(type -> type.equalsTypeAndSubtype(LINES) && type.getQualityValue() > 0);
    } catch (InvalidMediaTypeException unclear) {
      return false;
    }
  }

  private static boolean knows(HttpServletRequest request, String tag) {
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    return known != null && (known.contains(tag) || known.strip().equals("*"));
  }

  @GetMapping("/api/events/{seq}")
  void event(
      @PathVariable("seq") String text, HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    long seq = PageRequest.seq("seq", text);
    Token token = TokenCheck.token(request);
    try (EventMemory.Lease lease = reader.lease(token)) {
      byte[] event = reader.event(seq, token, lease);
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response.setContentLength(event.length);
      clients.send(() -> {
        try (OutputStream out = response.getOutputStream()) {
          out.write(event);
        }
      });
    }
  }
}
