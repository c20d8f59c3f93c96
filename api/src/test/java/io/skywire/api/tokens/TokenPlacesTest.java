package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.problems.TooManyRequestsException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenPlacesTest {
  private static final Object HANDLER = new Object();

  @Test
  void aTokenHasAsManyAsItMayAndOthersHaveTheirs() {
    TokenPlaces places = new TokenPlaces(2);
    assertThat(places.tryTake(1)).isTrue();
    assertThat(places.tryTake(1)).isTrue();
    assertThat(places.tryTake(1)).isFalse();
    assertThat(places.tryTake(2)).isTrue();
    places.leave(1);
    assertThat(places.tryTake(1)).isTrue();
    assertThat(places.tryTake(1)).isFalse();
  }

  @Test
  void noneIsLostWhereManyComeAndGo() throws Exception {
    TokenPlaces places = new TokenPlaces(3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int thread = 0; thread < 8; thread++) {
        threads.execute(() -> {
          for (int turn = 0; turn < 5_000; turn++) {
            if (places.tryTake(7)) {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              inside.decrementAndGet();
              places.leave(7);
            }
          }
        });
      }
    }
    assertThat(most.get()).isBetween(1, 3);
    for (int place = 0; place < 3; place++) {
      assertThat(places.tryTake(7)).isTrue();
    }
  }

  @Test
  void aTokenWithTooManyRequestsUnderWayIsTold() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
      String greedy = tokens.create("greedy");
      String other = tokens.create("other");
      try (TokenCheck check = new TokenCheck(tokens, 1_000, 2)) {
        HttpServletRequest first = request(greedy);
        let(check, first);
        let(check, request(greedy));
        HttpServletRequest refused = request(greedy);
        assertThatThrownBy(() -> let(check, refused))
            .isInstanceOf(TooManyRequestsException.class)
            .hasMessageContaining("2 requests under way");
        let(check, request(other));
        // Of who was refused nothing is given back, whoever says that it is over.
        check.afterCompletion(refused, answer(), HANDLER, null);
        assertThatThrownBy(() -> let(check, request(greedy)))
            .isInstanceOf(TooManyRequestsException.class);
        check.afterCompletion(first, answer(), HANDLER, null);
        let(check, request(greedy));
      }
    }
  }

  private static void let(TokenCheck check, HttpServletRequest request) throws Exception {
    assertThat(check.preHandle(request, answer(), HANDLER)).isTrue();
  }

  private static HttpServletRequest request(String token) {
    Map<String, Object> attributes = new HashMap<>();
    return fake(
        HttpServletRequest.class,
        (name, arguments) ->
            switch (name) {
              case "getMethod" -> "GET";
              case "getHeader" -> "Bearer " + token;
              case "getAttribute" -> attributes.get((String) arguments[0]);
              case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
              default -> throw new UnsupportedOperationException(name);
            });
  }

  private static HttpServletResponse answer() {
    return fake(HttpServletResponse.class, (name, arguments) -> null);
  }

  private interface Answer {
    @Nullable Object to(String method, Object[] arguments);
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            TokenPlacesTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                answer.to(method.getName(), arguments == null ? new Object[0] : arguments)));
  }
}
