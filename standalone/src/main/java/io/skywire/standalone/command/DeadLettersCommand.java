package io.skywire.standalone.command;

import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.Seq;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.publish.ReplayPublisher.Replayed;
import io.skywire.ingester.replay.CannotReplayException;
import io.skywire.ingester.replay.Letter;
import io.skywire.ingester.replay.LetterPosition;
import io.skywire.ingester.replay.OperatorDeadLetters;
import io.skywire.ingester.replay.ReplaySession;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What became no event or no row, and its second chance. */
@Command(
    name = "dead-letters",
    description = "Lists what became no event or no row, and replays it after a fix.")
public final class DeadLettersCommand implements Runnable {
  private static final int LIMIT_MAX = 100_000;
  private static final int LETTERS_OF_A_SEQ_MAX = 100;

  /** Tells where Kafka is. */
  public interface Settings {
    Variables read() throws IOException;
  }

  private final Settings settings;

  @Spec private CommandSpec spec;

  /** For the Kafka of a running {@code up}, otherwise the environment's. */
  public DeadLettersCommand() {
    this(() -> RunningUp.orEnvironment(Variables.ofEnvironment(), "KAFKA_BOOTSTRAP_SERVERS"));
  }

  public DeadLettersCommand(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "dead-letters what? list or replay");
  }

  @Command(name = "list", description = "Lists the newest dead letters, the newest last.")
  int list(
      @Option(
              names = "--reason",
              paramLabel = "R",
              description = "Only those with this reason: malformed, flawed_op, …")
          @Nullable String reason,
      @Option(
              names = "--since",
              paramLabel = "WHEN",
              description = "Only those that came since: 30m, 24h, 7d, 2026-07-04T14:00:00Z.")
          @Nullable String since,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "At most so many, 1 to 100000; default: ${DEFAULT-VALUE}.")
          int limit,
      @Option(names = "--json", description = "One line of JSON each, for programs.") boolean json)
      throws IOException, InterruptedException {
    Instant from = since == null ? null : Since.parse(since, Instant.now());
    if (since != null && from == null) {
      throw wrong("--since", since, "30m, 24h, 7d or a time such as 2026-07-04T14:00:00Z");
    }
    if (limit < 1 || limit > LIMIT_MAX) {
      throw wrong("--limit", Integer.toString(limit), "1 to " + LIMIT_MAX);
    }
    List<Letter> letters =
        askKafka(kafka ->
            new OperatorDeadLetters(kafka)
                .list(
                    letter ->
                        (reason == null || reason.equals(letter.reason()))
                            && (from == null || !letter.time().isBefore(from)),
                    from,
                    limit));
    LetterLines.print(letters, json, out());
    if (letters.isEmpty()) {
      err().println("no dead letters" + (reason == null && from == null ? "" : " of that kind"));
    } else if (letters.size() == limit) {
      err().println("the newest " + limit + "; --limit shows more");
    }
    return 0;
  }

  @Command(
      name = "replay",
      description = {
        "Puts the events of dead letters into the topic, from which the sink stores them.",
        "A frame is decoded by this version. Each keeps its seq: readers who are already past it",
        "do not see it. A letter is replayed once."
      })
  int replay(
      @Parameters(
              paramLabel = "POSITION",
              arity = "0..*",
              description = "partition:offset of a letter, as `list` shows it.")
          @Nullable List<String> positions,
      @Option(names = "--seq", paramLabel = "N", description = "The letter with this seq.")
          @Nullable Long seq)
      throws IOException, InterruptedException {
    SortedSet<LetterPosition> wanted = parse(positions == null ? List.of() : positions);
    if (seq != null && (seq < 1 || seq > Seq.MAX)) {
      throw wrong("--seq", Long.toString(seq), "1 to " + Seq.MAX);
    }
    if (wanted.isEmpty() == (seq == null)) {
      throw new ParameterException(
          spec.commandLine(), "replay which? positions as `list` shows them, or --seq");
    }
    return askKafka(kafka -> {
      OperatorDeadLetters letters = new OperatorDeadLetters(kafka);
      return replay(letters, seq == null ? wanted : new TreeSet<>(List.of(only(letters, seq))));
    });
  }

  private int replay(OperatorDeadLetters letters, SortedSet<LetterPosition> wanted)
      throws ExecutionException, InterruptedException, FencedException, PublishFailedException {
    int failed = 0;
    try (ReplaySession session = letters.replay()) {
      for (LetterPosition position : wanted) {
        try {
          Replayed replayed = session.replay(position);
          out().println(LetterLines.printable(position + ": " + describe(replayed)));
        } catch (CannotReplayException stays) {
          failed++;
          err().println(LetterLines.printable(position + ": " + stays.getMessage()));
        }
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private static String describe(Replayed replayed) {
    return "seq %d, %s of %s: in the topic as replay=%s; the sink stores it"
        .formatted(
            replayed.event().seq(),
            replayed.event().type(),
            replayed.event().repo(),
            replayed.replay().label());
  }

  /** The one letter with this seq that has not been replayed. */
  private static LetterPosition only(OperatorDeadLetters letters, long seq)
      throws ExecutionException, InterruptedException {
    List<Letter> all =
        letters.list(
            letter -> letter.seq() != null && letter.seq() == seq, null, LETTERS_OF_A_SEQ_MAX);
    List<Letter> open = all.stream().filter(letter -> letter.replayedAt() == null).toList();
    if (open.size() == 1) {
      return open.getFirst().position();
    }
    if (!open.isEmpty()) {
      throw new CommandFailedException(
          "several dead letters have seq %d; name one: %s"
              .formatted(
                  seq,
                  open.stream()
                      .map(letter -> letter.position() + " (" + letter.reason() + ")")
                      .map(LetterLines::printable)
                      .collect(Collectors.joining(", "))));
    }
    throw new CommandFailedException(
        all.isEmpty()
            ? "no dead letter has seq " + seq
            : "the dead letter with seq %d, %s, was replayed at %s"
                .formatted(seq, all.getLast().position(), all.getLast().replayedAt()));
  }

  private SortedSet<LetterPosition> parse(List<String> texts) {
    SortedSet<LetterPosition> positions = new TreeSet<>();
    for (String text : texts) {
      LetterPosition position = LetterPosition.of(text);
      if (position == null) {
        throw wrong("POSITION", text, "partition:offset, as `list` shows it");
      }
      positions.add(position);
    }
    return positions;
  }

  private interface Question<T> {
    T ask(KafkaSettings kafka)
        throws ExecutionException, InterruptedException, FencedException, PublishFailedException;
  }

  private <T> T askKafka(Question<T> question) throws IOException, InterruptedException {
    Logs.quiet();
    KafkaSettings kafka = KafkaSettings.from(settings.read());
    try {
      return question.ask(kafka);
    } catch (FencedException fenced) {
      throw new CommandFailedException("another replay has taken over; run it again", fenced);
    } catch (ExecutionException | KafkaException | PublishFailedException failure) {
      throw new CommandFailedException(
          "Kafka at " + kafka.bootstrapServers() + ": " + RootCause.line(failure), failure);
    }
  }

  private ParameterException wrong(String name, String value, String expected) {
    return new ParameterException(
        spec.commandLine(),
        LetterLines.printable(name + " is " + value + "; expected " + expected));
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
