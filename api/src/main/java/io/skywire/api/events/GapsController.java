package io.skywire.api.events;

import io.skywire.api.answers.Answer;
import io.skywire.api.answers.Answers;
import io.skywire.api.answers.Keeping;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/gaps}: what was lost for good, by its end, in pages as those of the events. */
@RestController
public final class GapsController {
  private final GapQuery gaps;
  private final DatabaseTurns turns;
  private final Answers answers;

  public GapsController(GapQuery gaps, DatabaseTurns turns, Answers answers) {
    this.gaps = gaps;
    this.turns = turns;
    this.answers = answers;
  }

  /**
   * @param maxSeq the {@code since} of the next page
   */
  private record Page(List<Gap> gaps, long maxSeq, int count) {}

  @GetMapping("/api/gaps")
  void page(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    byte[] page = page(request);
    answers.send(Answer.json(page, Keeping.untilAsked(Keeping.tag(page))), request, response);
  }

  byte[] page(HttpServletRequest request) throws SQLException {
    PageRequest wanted = PageRequest.from(request);
    List<Gap> found;
    try (DatabaseTurns.Turn _ = turns.take(TokenCheck.token(request).id())) {
      found = gaps.endingAfter(wanted.since(), wanted.limit());
    }
    long maxSeq = found.isEmpty() ? wanted.since() : found.getLast().toSeq();
    return Gap.JSON.writeValueAsBytes(new Page(found, maxSeq, found.size()));
  }
}
