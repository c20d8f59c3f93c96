package io.skywire.api.events;

import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/gaps}: what was lost for good, by its end, in pages as those of the events. */
@RestController
public final class GapsController {
  private final GapQuery gaps;
  private final DatabaseTurns turns;

  public GapsController(GapQuery gaps, DatabaseTurns turns) {
    this.gaps = gaps;
    this.turns = turns;
  }

  /**
   * @param maxSeq the {@code since} of the next page
   */
  private record Page(List<Gap> gaps, long maxSeq, int count) {}

  @GetMapping("/api/gaps")
  ResponseEntity<byte[]> page(HttpServletRequest request) throws SQLException {
    PageRequest wanted = PageRequest.from(request);
    List<Gap> found;
    try (DatabaseTurns.Turn _ = turns.take(TokenCheck.token(request).id())) {
      found = gaps.endingAfter(wanted.since(), wanted.limit());
    }
    long maxSeq = found.isEmpty() ? wanted.since() : found.getLast().toSeq();
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .body(Gap.JSON.writeValueAsBytes(new Page(found, maxSeq, found.size())));
  }
}
