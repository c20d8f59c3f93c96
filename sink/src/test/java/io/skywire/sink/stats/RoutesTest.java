package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
  @Test
  void withoutTheVariableThereAreNone() {
    assertThat(Routes.from(new Variables(Map.of())).isEmpty()).isTrue();
    assertThat(routes(" ").isEmpty()).isTrue();
  }

  @Test
  void anEventGoesToEachTopicOnce() {
    Routes routes = routes("app.bsky.feed.*=feed, app.bsky.feed.post = posts,x.y.z=feed");
    assertThat(routes.topics()).containsExactly("feed", "posts");
    assertThat(routes.topicsOf("app.bsky.feed.post,app.bsky.feed.like,x.y.z"))
        .containsExactly("feed", "posts");
    assertThat(routes.topicsOf("app.bsky.feed.like")).containsExactly("feed");
    assertThat(routes.topicsOf("app.bsky.feed")).isEmpty();
    assertThat(routes.topicsOf("app.bsky.feedback.x")).isEmpty();
    assertThat(routes.topicsOf("x.y.zz")).isEmpty();
    assertThat(routes.topicsOf("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app.bsky.feed.post | collection=topic",
        "app.bsky.feed.post= | a topic after the =",
        "=team | a collection before the =",
        "app.bsky=team | a collection before the =",
        "*=team | a * for the last segments",
        "app.*.post=team | a collection before the =",
        "app.bsky.fe*=team | a * for the last segments",
        "app.bsky.feed.post=team feed | a topic after the =",
        "app.bsky.feed.post=.. | a topic after the =",
        "app.bsky.feed.post=skywire.events | not Skywire's",
        "app.bsky.feed.post=Skywire-stats-x | not Skywire's",
        "app.bsky.feed.post=__consumer_offsets | not Skywire's",
        "app.bsky.feed.post=team, | collection=topic",
      })
  void aWrongRouteIsNamed(String value, String expected) {
    assertThatThrownBy(() -> routes(value))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("SKYWIRE_ROUTES has '")
        .hasMessageContaining("expected")
        .hasMessageContaining(expected)
        .hasMessageContaining(value.replace(",", "").equals(value) ? value : "''");
  }

  @Test
  void thereAreFiftyAtMost() {
    assertThat(routes(many(50)).topics()).hasSize(50);
    assertThatThrownBy(() -> routes(many(51)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("SKYWIRE_ROUTES has more than 50 routes");
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "a.b.c" + i + "=topic" + i)
        .collect(Collectors.joining(","));
  }

  private static Routes routes(String value) {
    return Routes.from(new Variables(Map.of("SKYWIRE_ROUTES", value)));
  }
}
