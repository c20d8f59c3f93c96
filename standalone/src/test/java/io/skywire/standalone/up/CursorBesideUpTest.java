package io.skywire.standalone.up;

import static io.skywire.standalone.up.StartedCommands.PATIENCE;
import static io.skywire.standalone.up.StartedCommands.await;
import static io.skywire.standalone.up.StartedCommands.log;
import static io.skywire.standalone.up.StartedCommands.text;
import static io.skywire.standalone.up.StartedCommands.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.Ledger;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.RunningUp;
import io.skywire.standalone.pipeline.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The committed cursor, moved by hand while {@code up} runs. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CursorBesideUpTest {
  /** The largest there is: no relay has come so far. */
  private static final String SEQ_MAX = Long.toString((1L << 53) - 1);

  @TempDir private Path temporary;

  private StartedCommands commands;

  @BeforeEach
  void begin() {
    commands = new StartedCommands(temporary);
  }

  @AfterEach
  void end() {
    commands.close();
  }

  @Test
  void itsCursorIsShownAndSetBesideIt() throws Exception {
    ChildProcess up = commands.up("--demo", "--rate", "200");
    Reader reader = new Reader(commands.api(), token(up)).readTo(500, PATIENCE);
    long shown = shownCursor();
    assertThat(shown).isGreaterThanOrEqualTo(reader.since());

    ChildProcess below = commands.beside("cursor", "set", "100");
    assertThat(below.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(below)).contains("cursor 100 is below the committed ", "add --replay to do so");
    setCursor("100", "--replay");
    await(() -> text(new DataFolder(commands.folder()).log()).contains("connected, cursor 100\n"));
    reader.readTo(reader.since() + 500, PATIENCE);

    assertThat(setCursor(SEQ_MAX)).contains(" are skipped, and told as a gap");
    await(() -> log(up).contains("the ingester stopped: cursor " + SEQ_MAX + " is ahead of relay"));
    assertThat(log(up)).contains("./skywire cursor set SEQ --replay", "(api and sink go on)");
    assertThat(setCursor(Long.toString(shown), "--replay")).contains("it was " + SEQ_MAX);
    // Another's, since that of `up` stays stopped.
    commands.start(
        "ingester", RunningUp.find(new DataFolder(commands.folder())).orElseThrow(), "ingester");
    reader.readTo(reader.since() + 500, PATIENCE);

    assertThat(reader.seen())
        .isEqualTo(
            Ledger.read(commands.folder().resolve("relay"), 0).subList(0, reader.seen().size()));
    assertThat(reader.get("/api/gaps?since=0").path("count").asInt(-1)).isZero();
    assertThat(up.isAlive()).isTrue();
  }

  /** The seq is on a line of its own, beside what is said about it. */
  private long shownCursor() {
    ChildProcess show = commands.beside("cursor", "show");
    assertThat(show.awaitExit(PATIENCE)).isZero();
    return log(show)
        .lines()
        .filter(line -> line.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** Answers what the command says. */
  private String setCursor(String seq, String... options) {
    List<String> arguments = new ArrayList<>(List.of("cursor", "set", seq));
    arguments.addAll(List.of(options));
    ChildProcess set = commands.beside(arguments.toArray(String[]::new));
    assertThat(set.awaitExit(PATIENCE)).as(log(set)).isZero();
    assertThat(log(set)).contains("cursor set to " + seq);
    return log(set);
  }
}
