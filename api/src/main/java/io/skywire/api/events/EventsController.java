package io.skywire.api.events;

import io.skywire.api.problems.NotFoundException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/events}. A page is read completely before its first byte is sent, so that a slow
 * reader holds no database connection and a failure is still a problem with its own status.
 */
@RestController
public final class EventsController {
  private final EventQuery events;

  public EventsController(EventQuery events) {
    this.events = events;
  }

  @GetMapping("/api/events")
  void page(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    EventPage page = events.page(PageRequest.from(request));
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLengthLong(page.length());
    page.writeTo(response.getOutputStream());
  }

  @GetMapping("/api/events/{seq}")
  ResponseEntity<byte[]> event(@PathVariable("seq") String text) throws SQLException {
    long seq = PageRequest.seq("seq", text);
    byte[] event = events.find(seq);
    if (event == null) {
      throw new NotFoundException("there is no readable event with seq " + seq);
    }
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(event);
  }
}
