package io.skywire.embedded.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.SeparateJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildProcessTest {
  private static final int SIGKILLED = 128 + 9;

  @TempDir private Path folder;

  @Test
  void aKilledOneIsGoneAtOnce() {
    ChildProcess child = ChildProcess.start(shell("sleep 1000"));

    child.kill();

    assertThat(child.isAlive()).isFalse();
    assertThat(child.exit().join()).isEqualTo(SIGKILLED);
  }

  @Test
  void aStoppedOneDoesNothingUntilItIsContinued() throws Exception {
    Path log = folder.resolve("log");
    try (ChildProcess child =
        ChildProcess.start(shell("while :; do echo tick; sleep 0.01; done"))) {
      awaitGrowth(log, 0);
      child.pause();
      // What it was just writing.
      TimeUnit.MILLISECONDS.sleep(50);
      long stopped = Files.size(log);
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(Files.size(log)).isEqualTo(stopped);

      child.resume();
      awaitGrowth(log, stopped);
    }
  }

  @Test
  void itsEnvironmentIsWhatItWasGiven() throws Exception {
    ChildProcess child =
        ChildProcess.start(
            new ChildCommand("env", List.of("env"), Map.of("PORT", "4000"), folder.resolve("log")));

    assertThat(child.awaitExit(Duration.ofSeconds(10))).isZero();
    assertThat(Files.readString(folder.resolve("log")))
        .contains("PORT=4000")
        .doesNotContain("JAVA_HOME=");
  }

  @Test
  void oneThatDoesNotEndInTimeIsNamedWithItsLog() {
    try (ChildProcess child = ChildProcess.start(shell("sleep 1000"))) {
      assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(10)))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("child has not ended")
          .hasMessageContaining(folder.resolve("log").toString());
    }
  }

  @Test
  void noneOutlivesAParentThatIsKilledNotEvenAStoppedOne() throws Exception {
    Path running = folder.resolve("running");
    Path stopped = folder.resolve("stopped");
    try (SeparateJvm parent =
        SeparateJvm.run(Parent.class, running.toString(), stopped.toString())) {
      parent.awaitLine("started");
      assertThat(ProcessHandle.of(pid(running))).isPresent();
      assertThat(ProcessHandle.of(pid(stopped))).isPresent();
      parent.kill();
    }

    awaitEnd(pid(running));
    awaitEnd(pid(stopped));
  }

  /** Starts two children and stops one of them. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] files) throws Exception {
      for (String file : files) {
        ChildProcess child =
            ChildProcess.start(
                new ChildCommand(
                    "child", List.of("sleep", "1000"), Map.of(), Path.of("/dev/null")));
        if (file.endsWith("stopped")) {
          child.pause();
        }
        Files.writeString(Path.of(file), Long.toString(child.pid()));
      }
      System.out.println("started");
      Thread.sleep(Duration.ofMinutes(10));
    }
  }

  private ChildCommand shell(String script) {
    return new ChildCommand("child", List.of("sh", "-c", script), Map.of(), folder.resolve("log"));
  }

  private static long pid(Path file) throws Exception {
    return Long.parseLong(Files.readString(file));
  }

  private static void awaitGrowth(Path file, long size) throws Exception {
    while (!Files.exists(file) || Files.size(file) <= size) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static void awaitEnd(long pid) throws Exception {
    while (ProcessHandle.of(pid).filter(ChildProcessTest::runs).isPresent()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** A dead child of a dead parent may wait for a while for somebody to take its status. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
