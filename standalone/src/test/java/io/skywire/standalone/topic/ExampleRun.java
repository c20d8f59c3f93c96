package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.LedgerHash;
import io.skywire.standalone.processes.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One run of an example, and what it has said so far. Closing it is a crash. One thread at a time.
 */
final class ExampleRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration END_MAX = Duration.ofSeconds(10);
  private static final String END_OF_PARTITION = "% Reached end of topic";

  /** Of what a failure names. */
  private static final int NAMED_MAX = 3;

  private static final int LINE_MAX = 200;

  private final Example example;
  private final Path log = Files.createTempFile("skywire-example-", ".log");
  private final Path errors = Files.createTempFile("skywire-example-", ".err");
  private final GrowingLines output = new GrowingLines(log);
  private final GrowingLines warnings = new GrowingLines(errors);
  private final ChildProcess process;
  private final List<Seen> seen = new ArrayList<>();

  /** Whole events, where the example prints them. */
  private final List<JsonNode> events = new ArrayList<>();

  private final List<String> otherLines = new ArrayList<>();

  ExampleRun(Example example, String arguments) throws IOException {
    this.example = example;
    process = ExampleFolder.start(example, arguments, log, errors);
  }

  String group() {
    return example.group();
  }

  /** Waits until it has seen as many as these. */
  void await(List<Seen> expected) throws Exception {
    Eventually.isTrue(
        () -> missing(expected),
        PATIENCE,
        () -> {
          boolean alive = process.isAlive();
          read();
          return seen.size() >= expected.size() || !alive;
        });
    assertThat(seen.size()).as(() -> missing(expected)).isGreaterThanOrEqualTo(expected.size());
  }

  /** Waits until kcat has said so of each partition, and ends it, so that it prints the rest. */
  void endWithPartitions(int partitions) throws Exception {
    Eventually.isTrue(
        () -> "%s is at the end of %d partitions: %s".formatted(example, partitions, otherLines),
        PATIENCE,
        () -> {
          otherLines.addAll(warnings.next());
          return otherLines.stream().filter(line -> line.startsWith(END_OF_PARTITION)).count()
              >= partitions;
        });
    process.terminate();
    assertThat(process.awaitExit(END_MAX)).isZero();
  }

  /**
   * What has been seen is each of these once, each repo's in the order of their seqs; and where the
   * example prints whole events, they are what the relay has sent.
   *
   * @param hashes by seq
   */
  void requireSeen(List<Seen> expected, Map<Long, String> hashes) throws IOException {
    read();
    assertThat(seen).as(() -> missing(expected)).containsExactlyInAnyOrderElementsOf(expected);
    Map<String, Long> last = new HashMap<>();
    for (Seen one : seen) {
      if (one.isInOrder()) {
        Long before = last.put(one.repo(), one.seq());
        assertThat(one.seq())
            .as(example + " of " + one.repo())
            .isGreaterThan(before == null ? 0 : before);
      }
    }
    for (JsonNode event : events) {
      String hash = hashes.get(event.path("seq").asLong());
      if (hash != null) {
        assertThat(LedgerHash.of(event)).as(() -> example + ": " + event).isEqualTo(hash);
      }
    }
  }

  private void read() throws IOException {
    for (String line : output.next()) {
      Seen one = example.read(line);
      if (one == null) {
        otherLines.add(line.substring(0, Math.min(line.length(), LINE_MAX)));
        continue;
      }
      seen.add(one);
      JsonNode event = example.event(line);
      if (event != null) {
        events.add(event);
      }
    }
    otherLines.addAll(warnings.next());
  }

  private String missing(List<Seen> expected) {
    List<Seen> missing = new ArrayList<>(expected);
    seen.forEach(missing::remove);
    return "%s has seen %d of %d; not %s; and told %s"
        .formatted(
            example,
            seen.size(),
            expected.size(),
            firstOf(missing),
            firstOf(otherLines.reversed()));
  }

  private static String firstOf(List<?> all) {
    return all.size() + " such as " + all.subList(0, Math.min(all.size(), NAMED_MAX));
  }

  @Override
  public void close() throws IOException {
    process.close();
    Files.delete(log);
    Files.delete(errors);
  }
}
