package io.skywire.api.problems;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.tokens.TokenCheck;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the log says of a database that fails requests and then does so no longer. */
class DatabaseIncidentTest {
  private static final long NOT_YET_MILLIS = 5_000;

  private final Logger log = (Logger) LoggerFactory.getLogger(DatabaseIncident.class);
  private final @Nullable Level level = log.getLevel();
  private final boolean additive = log.isAdditive();
  private final ListAppender<ILoggingEvent> entries = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    entries.start();
    log.addAppender(entries);
  }

  @AfterEach
  void listenNoMore() {
    log.detachAppender(entries);
    log.setAdditive(additive);
    log.setLevel(level);
  }

  @Test
  void isOverOnlyAfterTheDatabaseHasAnswered() {
    assertThat(DatabaseIncident.QUIET)
        .as("while a token is believed in, it is let through without")
        .isGreaterThan(TokenCheck.BELIEVED);
  }

  @Test
  @Timeout(60)
  void isOneLineWhenItBeginsAndOneWhenItIsOver() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = new TestApi(database.url())) {
      String token = TestApi.token(database.dataSource());
      assertThat(status(api, token)).isEqualTo(200);
      database.execute("alter table event_stats rename to event_stats_away");
      for (int request = 0; request < 3; request++) {
        assertThat(status(api, token)).isEqualTo(503);
      }
      assertThat(lines()).hasSize(1);
      assertThat(lines().getFirst())
          .startsWith("WARN requests are answered 503, since the database fails: ")
          .contains("event_stats")
          .as("the clients do")
          .doesNotContain("trying again");
      database.execute("alter table event_stats_away rename to event_stats");
      long back = System.nanoTime();
      while (lines().size() < 2) {
        assertThat(status(api, token)).isEqualTo(200);
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back))
          .as("others may still be refused")
          .isGreaterThan(NOT_YET_MILLIS);
      assertThat(status(api, token)).isEqualTo(200);
      assertThat(lines()).hasSize(2);
      assertThat(lines().getLast())
          .matches("INFO requests are answered again, \\d+ s and 3 failures later");
    }
  }

  private static int status(TestApi api, String token) throws Exception {
    return api.get("/api/stats", token).statusCode();
  }

  private List<String> lines() {
    return List.copyOf(entries.list).stream()
        .map(entry -> entry.getLevel() + " " + entry.getFormattedMessage())
        .toList();
  }
}
