package io.skywire.embedded.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a target, a class with {@code static void fuzzerTestOneInput(byte[])}, under Jazzer for
 * {@code SKYWIRE_FUZZ_SECONDS} (5 by default): inputs are bent towards branches not taken yet. The
 * inputs worth keeping stay in the work folder, so that a later run goes on from them. Jazzer is on
 * the caller's class path. A target that throws fails the caller with the input's file and the
 * stack.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
public final class Fuzzer {
  private static final long SECONDS =
      Long.parseLong(System.getenv().getOrDefault("SKYWIRE_FUZZ_SECONDS", "5"));

  /** Fewer are hardly more than the seeds: on a busy machine to begin takes all the time. */
  private static final long INPUTS_MIN = 1_000;

  /** How much more time it gets then. */
  private static final int LONGER = 4;

  private static final Pattern INPUTS = Pattern.compile("Done (\\d+) runs");

  /** For the JVM to start, to instrument, to finish its last input and to end. */
  private static final Duration BESIDE = Duration.ofMinutes(3);

  /** The largest input: beyond it mutation finds little and takes long. */
  private static final int INPUT_BYTES_MAX = 16 * 1024;

  private static final int LINES_SHOWN = 40;

  private Fuzzer() {}

  /**
   * Answers the fuzzer's last word, with how many inputs it ran. Fails also when those were few.
   *
   * @param seeds inputs to begin with, of which it makes others
   * @param work a folder that may be kept
   */
  public static String run(Class<?> target, List<byte[]> seeds, Path work)
      throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(work.resolve(target.getSimpleName()));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    String lastWord = runFor(SECONDS, target, corpus, work);
    if (inputs(lastWord) < INPUTS_MIN) {
      lastWord = runFor(LONGER * SECONDS, target, corpus, work);
    }
    if (inputs(lastWord) < INPUTS_MIN) {
      throw new AssertionError(
          "%s has tried too few inputs, expected %d at least: %s"
              .formatted(target.getName(), INPUTS_MIN, lastWord));
    }
    return lastWord;
  }

  private static String runFor(long seconds, Class<?> target, Path corpus, Path work)
      throws IOException, InterruptedException {
    Path output = work.resolve(target.getSimpleName() + ".log");
    Process process =
        new ProcessBuilder(command(seconds, target, corpus, work))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(BESIDE.plusSeconds(seconds).toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            target.getName()
                + (ended ? " failed; the input is in " + work : " does not end")
                + ":\n"
                + tail(output));
      }
      return lastWord(output);
    } finally {
      process.destroyForcibly();
    }
  }

  private static long inputs(String lastWord) {
    Matcher told = INPUTS.matcher(lastWord);
    return told.find() ? Long.parseLong(told.group(1)) : 0;
  }

  private static List<String> command(long seconds, Class<?> target, Path corpus, Path work) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.getName(),
            "--instrumentation_includes=io.skywire.**",
            "--reproducer_path=" + work,
            "-artifact_prefix=" + work + File.separator,
            "-max_total_time=" + seconds,
            "-max_len=" + INPUT_BYTES_MAX,
            "-timeout=60",
            "-print_final_stats=1",
            corpus.toString()));
    return command;
  }

  private static String tail(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }

  private static String lastWord(Path output) throws IOException {
    return Files.readAllLines(output).stream()
        .filter(line -> line.startsWith("Done ") || line.contains("DONE"))
        .reduce((first, last) -> first + "; " + last)
        .orElseThrow(() -> new AssertionError("no result in:\n" + tailUnchecked(output)));
  }

  private static String tailUnchecked(Path output) {
    try {
      return tail(output);
    } catch (IOException gone) {
      return gone.toString();
    }
  }
}
