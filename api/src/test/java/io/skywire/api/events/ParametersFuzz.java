package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.api.answers.Answers;
import io.skywire.api.connections.ClientPatience;
import io.skywire.api.connections.SlowClients;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.BadParameterException;
import io.skywire.api.problems.NotFoundException;
import io.skywire.api.stats.StatsParameters;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.Token;
import io.skywire.common.compression.EventDictionaries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.tomcat.util.http.Parameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Any text as the query string of {@code /api/events}, {@code /api/gaps}, {@code /api/stream} or
 * {@code /api/stats}, parsed by the server's own parser, or as the seq of {@code
 * /api/events/{seq}}; the first byte chooses. What comes after a line feed, which no query has, is
 * the header {@code Last-Event-ID}. It is a request that reaches the database as it was meant, or
 * is refused in words.
 */
public final class ParametersFuzz {
  private static final int CHARACTERS_MAX = 2_000;
  private static final int PATHS = 5;
  private static final int WAIT_SECONDS_MAX = 30;

  private static final HttpServletResponse NO_ANSWER =
      fake(
          HttpServletResponse.class,
          (proxy, method, arguments) -> {
            throw new AssertionError("nothing is there to be sent, but " + method);
          });

  /** That may see everything. */
  private static final Token TOKEN =
      new Token(1, "fuzz", true, Instant.EPOCH, null, null, EventFilter.ALL, null);

  private ParametersFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    if (input.length > 0) {
      isTaken(input);
    }
  }

  /**
   * Whether it is not refused.
   *
   * @param input not empty
   */
  public static boolean isTaken(byte[] input) throws Exception {
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch (Math.floorMod(input[0] - '0', PATHS)) {
        case 0 -> events(parse(rest));
        case 1 -> gaps(parse(rest));
        case 2 -> event(new String(rest, StandardCharsets.UTF_8));
        case 3 -> stream(rest);
        default -> stats(parse(rest));
      }
      return true;
    } catch (BadParameterException refused) {
      assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(CHARACTERS_MAX);
      return false;
    }
  }

  private static void events(Map<String, String[]> parameters) {
    PageRequest request = PageRequest.from(request(parameters));
    assertThat(request.since()).isNotNegative().isEqualTo(since(parameters));
    assertThat(request.limit()).isBetween(1, PageRequest.LIMIT_MAX);
    request.filter().canMatch();
    assertThat(PageRequest.wait(request(parameters)))
        .isEqualTo(Duration.ofSeconds(waitSeconds(parameters)));
  }

  private static void stream(byte[] input) {
    int feed = 0;
    while (feed < input.length && input[feed] != '\n') {
      feed++;
    }
    Map<String, String[]> parameters = parse(Arrays.copyOf(input, feed));
    String last =
        feed == input.length
            ? null
            : new String(input, feed + 1, input.length - feed - 1, StandardCharsets.ISO_8859_1);
    HttpServletRequest request = request(parameters, last);
    PageRequest.filter(request).canMatch();
    Long after = PageRequest.resumesAfter(request);
    if (last != null && !last.isEmpty()) {
      assertThat(after).isNotNegative().isEqualTo(Long.parseLong(last));
    } else if (parameters.containsKey("since")) {
      assertThat(after).isNotNegative().isEqualTo(since(parameters));
    } else {
      assertThat(after).isNull();
    }
  }

  private static void stats(Map<String, String[]> parameters) {
    StatsParameters.check(request(parameters), parameters);
  }

  private static void gaps(Map<String, String[]> parameters) throws Exception {
    EmptyDatabase database = new EmptyDatabase();
    byte[] json;
    try (SlowClients clients =
        SlowClients.start(ClientPatience.defaults(), new SimpleMeterRegistry())) {
      GapsController controller =
          new GapsController(
              new GapQuery(database.dataSource()),
              new DatabaseTurns(2, EventMemory.WAIT_MAX),
              new Answers(clients));
      json = controller.page(request(parameters));
    }
    JsonNode page = Gap.JSON.readTree(json);
    long since = since(parameters);
    assertThat(page.path("max_seq").asLong()).isEqualTo(since);
    assertThat(database.numbers()).startsWith(since);
    assertThat((int) database.numbers().getLast()).isBetween(1, PageRequest.LIMIT_MAX);
  }

  private static void event(String text) throws Exception {
    EmptyDatabase database = new EmptyDatabase();
    EventQuery query =
        new EventQuery(
            database.dataSource(),
            new EventDictionaries(),
            EventQuery.SCAN_MAX,
            EventQuery.PAGE_BYTES_MAX);
    EventReader reader =
        new EventReader(
            query,
            new EventTail(database.dataSource(), new EventDictionaries()),
            new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX),
            new DatabaseTurns(2, EventMemory.WAIT_MAX));
    try (SlowClients clients =
        SlowClients.start(ClientPatience.defaults(), new SimpleMeterRegistry())) {
      new EventsController(reader, new Answers(clients)).event(text, request(Map.of()), NO_ANSWER);
      throw new AssertionError("an event was found in an empty database");
    } catch (NotFoundException absent) {
      long seq = Long.parseLong(text);
      assertThat(seq).isNotNegative();
      assertThat(database.numbers()).containsExactly(seq);
      assertThat(absent.getMessage()).contains(" " + seq).hasSizeLessThan(CHARACTERS_MAX);
    }
  }

  /** The one that was given. */
  private static long since(Map<String, String[]> parameters) {
    String[] since = Objects.requireNonNull(parameters.get("since"));
    assertThat(since).hasSize(1);
    return Long.parseLong(since[0]);
  }

  /** What was given, or as long as one may wait. */
  private static long waitSeconds(Map<String, String[]> parameters) {
    String[] wait = parameters.get("wait");
    if (wait == null) {
      return 0;
    }
    assertThat(wait).hasSize(1);
    return new BigInteger(wait[0]).min(BigInteger.valueOf(WAIT_SECONDS_MAX)).longValueExact();
  }

  private static Map<String, String[]> parse(byte[] query) {
    Parameters parser = new Parameters();
    parser.setCharset(StandardCharsets.UTF_8);
    parser.setLimit(1_000);
    try {
      parser.processParameters(query, 0, query.length);
    } catch (IllegalStateException tooMany) {
      // The server has refused the request before we see it.
    }
    Map<String, String[]> parameters = new LinkedHashMap<>();
    parser
        .getParameterNames()
        .asIterator()
        .forEachRemaining(name -> parameters.put(name, parser.getParameterValues(name)));
    return parameters;
  }

  private static HttpServletRequest request(Map<String, String[]> parameters) {
    return request(parameters, null);
  }

  /**
   * @param last the header {@code Last-Event-ID}
   */
  private static HttpServletRequest request(
      Map<String, String[]> parameters, @Nullable String last) {
    return fake(
        HttpServletRequest.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getParameterValues" -> parameters.get(arguments[0]);
              case "getParameter" -> {
                String[] values = parameters.get(arguments[0]);
                yield values == null ? null : values[0];
              }
              case "getAttribute" -> TOKEN;
              case "getHeader" -> "Last-Event-ID".equals(arguments[0]) ? last : null;
              default ->
                  throw new UnsupportedOperationException(
                      method + " " + Arrays.toString(arguments));
            });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ParametersFuzz.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
