package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StatusTest {
  private static final String RELAY = "wss://bsky.network";

  @Test
  void showsHowFarThePipelineIs() {
    Status status = of(null, null, new Status.Report(90L, true, null));

    assertThat(status.line())
        .isEqualTo(
            "1,234 events/s | cursor 90 | readable to 88 | lag 61.4 s | about 1,000,000 rows | relay "
                + RELAY
                + " connected");
  }

  @Test
  void saysPlainlyThatTheRelayIsNotReachable() {
    Status status =
        of(null, null, new Status.Report(null, false, "relay " + RELAY + ": connection\nrefused"));

    assertThat(status.line())
        .contains("cursor - |")
        .endsWith("relay " + RELAY + " not reachable: connection refused; trying again");
  }

  @Test
  void letsNoTextFromOutsideMoveTheCursorOrFillTheScreen() {
    String hostile = "\u001b[2J" + "x".repeat(1000);

    String line = of(null, null, new Status.Report(1L, false, hostile)).line();

    assertThat(line).doesNotContain("\u001b").hasSizeLessThan(400);
  }

  @Test
  void saysThatTheIngesterHasStoppedWhateverItLastReported() {
    assertThat(of(null, "FutureCursor", new Status.Report(90L, true, null)).line())
        .endsWith("ingester stopped: FutureCursor");
  }

  @Test
  void saysThatTheDatabaseIsAway() {
    assertThat(of("connection refused", null, null).line())
        .isEqualTo("the database does not answer: connection refused; trying again");
  }

  @Test
  void aTerminalShowsLinesAboveOneStatusThatIsRewritten() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8), true);

    screen.status("one");
    screen.line("news");
    screen.status("two");
    screen.endStatus();

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\u001b[?7lone\u001b[?7h"
                + "\r\u001b[Knews\n\u001b[?7lone\u001b[?7h"
                + "\r\u001b[K\u001b[?7ltwo\u001b[?7h"
                + "\r\u001b[K");
  }

  @Test
  void aFileGetsPlainLines() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8), false);

    screen.status("one");
    screen.line("news");
    screen.endStatus();

    assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("one\nnews\n");
  }

  @Test
  void aLogHasWhatFailsForGoodAsAnError() {
    Logger log = (Logger) LoggerFactory.getLogger("io.skywire.screen");
    ListAppender<ILoggingEvent> entries = new ListAppender<>();
    entries.start();
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    log.addAppender(entries);
    Screen screen = Screen.ofLog(log);

    screen.line("");
    screen.line("news");
    screen.status("one");
    screen.failure("the ingester stopped");

    assertThat(entries.list)
        .extracting(entry -> entry.getLevel() + " " + entry.getFormattedMessage())
        .containsExactly("INFO news", "INFO one", "ERROR the ingester stopped");
  }

  private static Status of(
      @Nullable String database, @Nullable String ingester, Status.@Nullable Report report) {
    return new Status(RELAY, database, ingester, report, 88L, 61.4, 1_000_000, 1234);
  }
}
