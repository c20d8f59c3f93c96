package io.skywire.standalone.command;

import io.skywire.common.settings.Variables;
import io.skywire.ingester.OperatorCursor;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The committed cursor: how far the relay's events are in the topic. */
@Command(name = "cursor", description = "Shows and sets the relay's committed cursor.")
public final class CursorCommand implements Runnable {
  private static final long SEQ_MAX = (1L << 53) - 1;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "cursor what? show or set");
  }

  @Command(name = "show", description = "Prints the committed seq; nothing before the first.")
  int show() throws IOException, InterruptedException {
    try {
      Cursor cursor = open().show();
      if (cursor == null) {
        err().println("no cursor is committed yet");
      } else {
        spec.commandLine().getOut().println(cursor.seq());
        err().println("relay " + cursor.relay() + ", written at " + cursor.writtenAt());
      }
      return 0;
    } catch (ExecutionException | KafkaException failure) {
      throw new CommandFailedException("Kafka: " + reason(failure));
    }
  }

  @Command(
      name = "set",
      description = "Sets the seq after which a running ingester goes on at once.")
  int set(
      @Parameters(paramLabel = "SEQ", description = "0 to 9007199254740991") long seq,
      @Option(
              names = "--replay",
              description = "May go back: the topic then repeats what is after SEQ.")
          boolean replay)
      throws IOException, InterruptedException {
    if (seq < 0 || seq > SEQ_MAX) {
      throw new ParameterException(
          spec.commandLine(), "SEQ is " + seq + "; expected 0 to " + SEQ_MAX);
    }
    try {
      Cursor before = open().set(seq, replay);
      err().println("cursor set to " + seq + was(before) + skipped(before, seq));
      return 0;
    } catch (ExecutionException
        | KafkaException
        | FencedException
        | PublishFailedException failure) {
      throw new CommandFailedException("Kafka: " + reason(failure));
    }
  }

  private static OperatorCursor open() throws IOException {
    Logs.quiet();
    return new OperatorCursor(
        RunningUp.orEnvironment(Variables.ofEnvironment(), "KAFKA_BOOTSTRAP_SERVERS"));
  }

  private static String was(@Nullable Cursor before) {
    return before == null ? "; there was none" : "; it was " + before.seq();
  }

  private static String skipped(@Nullable Cursor before, long seq) {
    Long published = before == null ? null : before.published();
    return published == null || seq <= published
        ? ""
        : "; the events from " + published + " on are skipped, and told as a gap";
  }

  private static String reason(Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
