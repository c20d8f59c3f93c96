package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** How often a status is told while nothing changes: the database is away all the time. */
@Timeout(60)
class StatusDisplayTest {
  private static final int LOOKS = 45;

  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void peopleSeeThatItGoesOn() throws Exception {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    show(new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8), false));

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("the database does not answer: refused 1; trying again\n")
        .hasLineCount((looks.get() + 9) / 10);
  }

  @Test
  void aLogIsToldNoStatusAgain() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("io.skywire.display");
    ListAppender<ILoggingEvent> entries = new ListAppender<>();
    entries.start();
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    log.addAppender(entries);
    show(Screen.ofLog(log));

    assertThat(entries.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("the database does not answer: refused 1; trying again");
  }

  private void show(Screen screen) throws Exception {
    DataSource away =
        (DataSource)
            Proxy.newProxyInstance(
                StatusDisplayTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLException("refused " + looks.incrementAndGet());
                });
    try (StatusDisplay display =
        new StatusDisplay(
            screen, "wss://relay.example", new StatusQuery(away), Duration.ofMillis(5))) {
      display.start();
      while (looks.get() < LOOKS) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }
}
