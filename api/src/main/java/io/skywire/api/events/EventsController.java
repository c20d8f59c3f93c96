package io.skywire.api.events;

import io.skywire.api.problems.NotFoundException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
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
  /** For a page of 8 MiB that is 1 Mbit/s. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  private final EventQuery events;
  private final EventMemory memory;

  public EventsController(EventQuery events, EventMemory memory) {
    this.events = events;
    this.memory = memory;
  }

  @GetMapping("/api/events")
  void page(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    PageRequest wanted = PageRequest.from(request);
    try (EventMemory.Lease lease = memory.lease()) {
      EventPage page = events.page(wanted, lease);
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response.setContentLengthLong(page.length());
      page.writeTo(new PacedAnswer(response.getOutputStream(), ANSWER_MAX));
    }
  }

  @GetMapping("/api/events/{seq}")
  void event(@PathVariable("seq") String text, HttpServletResponse response)
      throws SQLException, IOException {
    long seq = PageRequest.seq("seq", text);
    try (EventMemory.Lease lease = memory.lease()) {
      byte[] event = events.find(seq, lease);
      if (event == null) {
        throw absent(seq);
      }
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response.setContentLength(event.length);
      new PacedAnswer(response.getOutputStream(), ANSWER_MAX).write(event);
    }
  }

  private NotFoundException absent(long seq) throws SQLException {
    long trimmedThrough = events.trimmedThrough();
    return new NotFoundException(
        seq > trimmedThrough
            ? "there is no readable event with seq " + seq
            : "an event with seq %d would have been trimmed: all up to %d are past retention"
                .formatted(seq, trimmedThrough));
  }
}
