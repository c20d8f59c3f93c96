package io.skywire.api.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.problems.BadParameterException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What any text as the query string of {@code /api/stats} is taken for. */
public final class StatsParameters {
  private static final int MINUTES_MAX = 1_440;
  private static final int LIMIT_MAX = 1_000;

  private StatsParameters() {}

  /**
   * Nothing else than what was given, within its bounds.
   *
   * @param request of a token that sees everything
   * @param given the parameters of the request
   * @throws BadParameterException when the request is refused
   */
  public static void check(HttpServletRequest request, Map<String, String[]> given) {
    StatsRequest wanted = StatsRequest.from(request);
    boolean total = only(given, "per", "minute").equals("total");
    assertThat(wanted.total()).isEqualTo(total);
    assertThat(wanted.minutes()).isBetween(1, MINUTES_MAX);
    assertThat(only(given, "minutes", "60").replaceFirst("^0+", ""))
        .isEqualTo(Integer.toString(wanted.minutes()));
    if (given.containsKey("to")) {
      Instant to = Instant.parse(only(given, "to", ""));
      assertThat(wanted.to()).isEqualTo(to);
      assertThat(to).isBetween(Instant.EPOCH, Instant.parse("9999-12-31T23:59:00Z"));
      assertThat(to.getEpochSecond() % 60 + to.getNano()).isZero();
    } else {
      assertThat(wanted.to()).isNull();
    }
    assertThat(wanted.limit()).isBetween(1, LIMIT_MAX);
    String limit = only(given, "limit", total ? "100" : "1000").replaceFirst("^0+", "");
    assertThat(limit.length() > 4 || Integer.parseInt(limit) > LIMIT_MAX ? "1000" : limit)
        .isEqualTo(Integer.toString(wanted.limit()));
    List<String> by = Arrays.asList(only(given, "by", "type,collection,action").split(",", -1));
    assertThat(wanted.by().stream().map(Grouping::label))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(by));
  }

  private static String only(Map<String, String[]> given, String name, String absent) {
    String[] values = given.getOrDefault(name, new String[] {absent});
    assertThat(values).hasSize(1);
    return values[0];
  }
}
