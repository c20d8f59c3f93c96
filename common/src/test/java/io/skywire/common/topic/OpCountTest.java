package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpCountTest {
  @Test
  void aTallyIsReadAsItWasWritten() {
    OpTally tally = new OpTally();
    tally.add("create", "app.bsky.feed.post", 1);
    tally.add("delete", "app.bsky.feed.like", 2);
    tally.add("create", "app.bsky.feed.post", 1);
    tally.add("update", null, 1);
    assertThat(tally.header())
        .isEqualTo("create app.bsky.feed.post 2,delete app.bsky.feed.like 2,update other");
    assertThat(OpCount.ofHeader(tally.header()))
        .isEqualTo(tally.counts())
        .containsExactly(
            new OpCount("create", "app.bsky.feed.post", 2),
            new OpCount("delete", "app.bsky.feed.like", 2),
            new OpCount("update", "other", 1));
    assertThat(OpCount.ofHeader("")).isEqualTo(List.of());
    assertThat(OpCount.ofHeader(OpTally.pair("create", "a.b.c")))
        .containsExactly(new OpCount("create", "a.b.c", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "create",
        "create ",
        " a.b.c",
        "create a.b.c,",
        "create a.b.c 0",
        "create a.b.c -1",
        "create a.b.c x",
        "create a.b.c 1 1",
        "create a.b.c 9999999999",
        "explode a.b.c",
        "create a.b.c\u0000",
        "create a_b"
      })
  void whatNobodyWritesIsNoHeader(String header) {
    assertThat(OpCount.ofHeader(header)).isNull();
  }

  @Test
  void aCountThatIsNoneIsRefused() {
    assertThatThrownBy(() -> MinuteCount.ofKey("noon commit", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MinuteCount.ofKey("2026-07-04T12:00:01Z commit", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MinuteCount.ofKey("2026-07-04T12:00:00Z commit a.b.c", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MinuteCount.fromJson(new byte[] {'{', '}'}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
