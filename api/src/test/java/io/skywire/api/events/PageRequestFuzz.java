package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.problems.BadParameterException;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.tomcat.util.http.Parameters;

/** Any text as a query string, parsed by the server's own parser: a valid request, or a refusal. */
public final class PageRequestFuzz {
  private static final int CHARACTERS_MAX = 2_000;

  private PageRequestFuzz() {}

  public static void fuzzerTestOneInput(byte[] query) {
    Map<String, String[]> parameters = parse(query);
    try {
      PageRequest request = PageRequest.from(request(parameters));
      assertThat(request.since()).isNotNegative();
      assertThat(request.limit()).isBetween(1, PageRequest.LIMIT_MAX);
      String[] since = Objects.requireNonNull(parameters.get("since"));
      assertThat(since).hasSize(1);
      assertThat(Long.parseLong(since[0])).isEqualTo(request.since());
      request.filter().canMatch();
    } catch (BadParameterException refused) {
      assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(CHARACTERS_MAX);
    }
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
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            PageRequestFuzz.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getParameterValues" -> parameters.get(arguments[0]);
                  case "getParameter" -> {
                    String[] values = parameters.get(arguments[0]);
                    yield values == null ? null : values[0];
                  }
                  default ->
                      throw new UnsupportedOperationException(
                          method + " " + Arrays.toString(arguments));
                });
  }
}
