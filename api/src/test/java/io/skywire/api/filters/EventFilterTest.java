package io.skywire.api.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {
  private static final Choice FEED = Choice.ofPatterns(List.of("app.bsky.feed.*", "x.y.z"));

  @Test
  void aWildcardStandsForAnyFurtherSegments() {
    assertThat(FEED.matches("app.bsky.feed.post")).isTrue();
    assertThat(FEED.matches("app.bsky.feed.post.more")).isTrue();
    assertThat(FEED.matches("x.y.z")).isTrue();
    assertThat(FEED.matches("app.bsky.feed")).isFalse();
    assertThat(FEED.matches("app.bsky.feeds.post")).isFalse();
    assertThat(FEED.matches("x.y.z.w")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", ".*", "app*", "app.*.post", "*.post", "app.**"})
  void anAsteriskElsewhereIsRefused(String pattern) {
    assertThatThrownBy(() -> Choice.ofPatterns(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("app.bsky.feed.*");
  }

  @Test
  void anEventHasToMeetAllThatIsAsked() {
    EventFilter filter = new EventFilter(Choice.of("commit"), FEED, Choice.of("did:plc:a"));
    List<String> post = List.of("app.bsky.feed.post");
    assertThat(filter.matches("commit", "did:plc:a", post)).isTrue();
    assertThat(filter.matches("commit", "did:plc:a", List.of("other", "x.y.z"))).isTrue();
    assertThat(filter.matches("account", "did:plc:a", post)).isFalse();
    assertThat(filter.matches("commit", "did:plc:b", post)).isFalse();
    assertThat(filter.matches("commit", null, post)).isFalse();
    assertThat(filter.matches("commit", "did:plc:a", List.of())).isFalse();
    assertThat(EventFilter.ALL.matches("#future", null, List.of())).isTrue();
  }

  @Test
  void aScopeNarrowsWhatIsAsked() {
    assertThat(within(null, "app.bsky.*")).containsExactly("app.bsky.*");
    assertThat(within("app.bsky.feed.post", "app.bsky.*")).containsExactly("app.bsky.feed.post");
    assertThat(within("app.bsky.*", "app.bsky.feed.post", "x.y.z"))
        .containsExactly("app.bsky.feed.post");
    assertThat(within("app.bsky.feed.*", "app.bsky.*")).containsExactly("app.bsky.feed.*");
    assertThat(within("app.bsky.*", "app.bsky.feed.*")).containsExactly("app.bsky.feed.*");
    assertThat(within("a.b.c", "a.b.c")).containsExactly("a.b.c");
    assertThat(within("a.b.*", "a.b.*")).containsExactly("a.b.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.bsky.graph.follow", "app.bsky.graph.*", "app.bsky.feedx.*"})
  void whatIsOutOfScopeIsRefusedByName(String asked) {
    assertThatThrownBy(() -> within(asked, "app.bsky.feed.*"))
        .isInstanceOf(OutOfScopeException.class)
        .hasMessageContaining(asked);
  }

  private static List<String> within(@Nullable String asked, String... seen) {
    EventFilter filter =
        new EventFilter(null, asked == null ? null : Choice.ofPatterns(List.of(asked)), null);
    EventFilter scope = new EventFilter(null, Choice.ofPatterns(List.of(seen)), null);
    Choice both = filter.within(scope).collections();
    return both == null ? List.of() : both.patterns();
  }
}
