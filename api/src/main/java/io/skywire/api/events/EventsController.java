package io.skywire.api.events;

import io.skywire.api.answers.Answer;
import io.skywire.api.answers.Answers;
import io.skywire.api.answers.Keeping;
import io.skywire.api.metrics.RequestMetrics;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
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
  private static final String NDJSON = "application/x-ndjson";
  private static final MediaType LINES = MediaType.parseMediaType(NDJSON);
  private static final String VARY = "Authorization, Accept, Accept-Encoding";

  private final EventReader reader;
  private final Answers answers;

  public EventsController(EventReader reader, Answers answers) {
    this.reader = reader;
    this.answers = answers;
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
    String type = lines ? NDJSON : MediaType.APPLICATION_JSON_VALUE;
    Keeping keeping = page.isLast() ? Keeping.NONE : Keeping.minute(page.tag(type));
    Answer.Body body = lines ? page.lines() : page.json();
    answers.send(new Answer(type, VARY, keeping, body), request, response);
  }

  /** Who names lines, and likes JSON no better. */
  private static boolean wantsLines(HttpServletRequest request) {
    List<MediaType> accepted;
    try {
      accepted =
          MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
    } catch (InvalidMediaTypeException unclear) {
      return false;
    }
    double lines =
        accepted.stream()
            .filter(range -> range.equalsTypeAndSubtype(LINES))
            .mapToDouble(MediaType::getQualityValue)
            .max()
            .orElse(0);
    return lines > 0 && lines >= jsonQuality(accepted);
  }

  /**
   * By the most specific range that JSON is in; 0 where it is in none.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-accept">RFC 9110, 12.5.1</a>
   */
  private static double jsonQuality(List<MediaType> accepted) {
    return accepted.stream()
        .filter(range -> range.includes(MediaType.APPLICATION_JSON))
        .max(
            Comparator.comparing((MediaType range) -> !range.isWildcardType())
                .thenComparing(range -> !range.isWildcardSubtype()))
        .map(MediaType::getQualityValue)
        .orElse(0.0);
  }

  @GetMapping("/api/events/{seq}")
  void event(
      @PathVariable("seq") String text, HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    long seq = PageRequest.seq("seq", text);
    Token token = TokenCheck.token(request);
    try (EventMemory.Lease lease = reader.lease(token)) {
      byte[] event = reader.event(seq, token, lease);
      answers.send(Answer.json(event, Keeping.minute(Keeping.tag(event))), request, response);
    }
  }
}
