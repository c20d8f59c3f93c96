package io.skywire.api.stats;

import io.skywire.api.answers.Answer;
import io.skywire.api.answers.Answers;
import io.skywire.api.answers.Keeping;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /api/stats}: counts of the last minutes, the current one as far as it has got, or of those
 * before a minute: in pages from the newest to the oldest.
 */
@RestController
public final class StatsController {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final StatsQuery stats;
  private final DatabaseTurns turns;
  private final Answers answers;
  private final InstantSource clock;

  public StatsController(
      StatsQuery stats, DatabaseTurns turns, Answers answers, InstantSource clock) {
    this.stats = stats;
    this.turns = turns;
    this.answers = answers;
    this.clock = clock;
  }

  @GetMapping("/api/stats")
  void counts(HttpServletRequest request, HttpServletResponse response)
      throws SQLException, IOException {
    StatsRequest wanted = StatsRequest.from(request);
    Instant given = wanted.to();
    Instant to =
        given == null ? clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(MINUTE) : given;
    Instant from = to.minus(Duration.ofMinutes(wanted.minutes()));
    List<Map<String, Object>> found;
    try (DatabaseTurns.Turn _ = turns.take(TokenCheck.token(request).id())) {
      found = stats.read(wanted, from, to);
    }
    boolean more = found.size() > wanted.limit();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", from.toString());
    answer.put("to", to.toString());
    answer.put("per", wanted.total() ? "total" : "minute");
    answer.put("by", wanted.by().stream().map(Grouping::label).toList());
    answer.put("stats", more ? found.subList(0, wanted.limit()) : found);
    if (more) {
      answer.put("more", true);
    }
    Instant next = more && !wanted.total() ? after(found.get(wanted.limit()), to) : from;
    answer.put("next_to", next.toString());
    byte[] json = JSON.writeValueAsBytes(answer);
    answers.send(Answer.json(json, Keeping.untilAsked(Keeping.tag(json))), request, response);
  }

  /**
   * Where the next page ends: after the minute that has been cut off, which comes again as a whole.
   * One that a page has no room for alone is gone past.
   *
   * @param cutOff the first count that is left out
   * @param to where this page ends
   */
  private static Instant after(Map<String, Object> cutOff, Instant to) {
    Instant minute = Instant.parse(Objects.requireNonNull(cutOff.get("minute")).toString());
    Instant end = minute.plus(MINUTE);
    return end.isBefore(to) ? end : minute;
  }
}
