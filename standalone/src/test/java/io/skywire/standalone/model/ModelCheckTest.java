package io.skywire.standalone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code docs/model/check} makes of what Spin says, with stand-ins for Spin and gcc. */
@Timeout(60)
class ModelCheckTest {
  private static final String CHECK =
      Path.of("..", "docs", "model", "check").toAbsolutePath().toString();

  /** Of Spin 6.5.2, shortened. */
  private static final String SAFETY =
      """
      Full statespace search for:
      	never claim         	- (none specified)
      	assertion violations	+
      	cycle checks       	- (disabled by -DSAFETY)
      	invalid end states	+

      State-vector 204 byte, depth reached 221, errors: 0
         759577 states, stored
      pan: elapsed time 2.58 seconds
      """;

  private static final String LIVENESS =
      """
      Full statespace search for:
      	never claim         	+ (everythingIsRead)
      	assertion violations	+ (if within scope of claim)
      	acceptance   cycles 	+ (fairness disabled)
      	invalid end states	- (disabled by never claim)

      State-vector 220 byte, depth reached 218, errors: 0
          82687 states, stored (101234 visited)
      pan: elapsed time 1.02 seconds
      """;

  @TempDir private Path folder;

  private record Answer(int status, String lines) {}

  @Test
  void aSearchOfEverythingHolds() throws Exception {
    assertThat(check("ingest", SAFETY, ""))
        .isEqualTo(new Answer(0, "holds   ingest, safety: 759,577 states, depth 221, 2 s"));
    assertThat(check("progress-ingest", LIVENESS, "").status()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ingest          | 759577 states            | 379000 states                     | 379,000 states, where there were 759,577
          ingest          | 759577 states            | 0 states                          | 0 states, where there were 759,577
          ingest          | errors: 0                | errors: 1                         | errors: 1
          ingest          | pan: elapsed             | error: max search depth too small | too small
          ingest          | pan: elapsed             | pan: reached -DMEMLIM bound       | MEMLIM
          ingest          | pan: elapsed             | Warning: Search not completed     | not completed
          ingest          | Full statespace          | Bit statespace                    | no search of whole states
          ingest          | Full statespace search   | Hash-Compact 4 search             | no search of whole states
          ingest          | invalid end states\t+    | invalid end states\t-             | did not look for: invalid end states
          progress-ingest | acceptance   cycles \t+  | acceptance   cycles \t-           | did not look for: acceptance
          progress-ingest | everythingIsRead         | somethingIsRead                   | did not look for: never claim
          """)
  void anyOtherFails(String property, String said, String instead, String reason) throws Exception {
    String whole = property.equals("ingest") ? SAFETY : LIVENESS;
    assertThat(whole).contains(said);
    Answer answer = check(property, whole.replace(said, instead), "");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.lines())
        .startsWith("FAILS   " + property)
        .contains("not searched to its end", reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CURSOR_OUTSIDE       | assertion violated 0 | no event is twice in the topic | 0
          CURSOR_OUTSIDE       | assertion violated 0 | no event is twice in the table | 1
          CURSOR_OUTSIDE       | assertion violated 0 |                                | 1
          CURSOR_OUTSIDE       | assertion violated (log[p].end<SLOTS) |               | 1
          CURSOR_OUTSIDE       | invalid end state    |                                | 1
          NO_WATERMARK_RECORDS | invalid end state    |                                | 0
          NO_WATERMARK_RECORDS | acceptance cycle     |                                | 1
          COMPARE_WITH_RECORD  | acceptance cycle     |                                | 0
          COMPARE_WITH_RECORD  | invalid end state    |                                | 1
          """)
  void aBreakIsCaughtByWhatIsNamedForItAndNothingElse(
      String name, String error, @Nullable String promise, int status) throws Exception {
    String report = error.startsWith("acceptance") ? LIVENESS : SAFETY;
    String said = "pan:1: " + error + " (at depth 12)\n" + report.replace("errors: 0", "errors: 1");
    String steps = "ingester 0: reads the cursor 0\n";
    Answer answer = check(name, said, promise == null ? steps : steps + "broken: " + promise);
    assertThat(answer.status()).as(answer.lines()).isEqualTo(status);
    assertThat(answer.lines())
        .startsWith(
            status == 0 ? "caught  " + name : "FAILS   " + name + ": caught by something else");
  }

  @Test
  void aBreakThatIsNotCaughtFails() throws Exception {
    assertThat(check("NO_FENCING", SAFETY, ""))
        .isEqualTo(new Answer(1, "FAILS   NO_FENCING: not caught"));
  }

  /** They go on side by side. */
  @Test
  void ofSeveralEachIsToldAndOneThatFailsIsEnough() throws Exception {
    Answer answer = check("ingest store NO_FENCING", SAFETY, "");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.lines().lines())
        .containsExactlyInAnyOrder(
            "holds   ingest, safety: 759,577 states, depth 221, 2 s",
            "FAILS   store, safety: not searched to its end: 759,577 states, where there were"
                + " 2,854,929",
            "FAILS   NO_FENCING: not caught");
  }

  /**
   * @param names separated by spaces
   * @param said by the search
   * @param steps of its counterexample; none when it is empty
   * @return without the last line, which tells the time
   */
  private Answer check(String names, String said, String steps) throws Exception {
    Path search = Files.writeString(folder.resolve("said"), said);
    Path replay = Files.writeString(folder.resolve("steps"), steps);
    program("gcc", "cp '%s' pan".formatted(folder.resolve("pan")));
    program("pan", "cat '%s'; [ ! -s '%s' ] || touch pipeline.pml.trail".formatted(search, replay));
    program("spin", "case \" $* \" in *' -t '*) cat '%s' ;; esac".formatted(replay));
    List<String> command = new ArrayList<>(List.of(CHECK));
    command.addAll(List.of(names.split(" ", -1)));
    ProcessBuilder check = new ProcessBuilder(command).redirectErrorStream(true);
    check.environment().merge("PATH", "", (path, none) -> folder + ":" + path);
    Process process = check.start();
    try {
      String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), lines.replaceFirst("all is as it .*\n", "").strip());
    } finally {
      process.destroyForcibly();
    }
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
