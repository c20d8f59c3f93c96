package io.skywire.standalone.command;

import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.compression.UnreadableEventException;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.standalone.folder.RunningUp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Events as they are in the table, where psql sees only that they are compressed. */
@Command(
    name = "event",
    description = "Prints stored events, one a line, readable at the API or not yet.")
public final class EventCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "SEQ",
      description = "their seqs, or - to read them from standard input, one a line")
  private List<String> seqs = List.of();

  @Override
  public Integer call() throws IOException {
    Logs.quiet();
    List<Long> wanted = seqs.equals(List.of("-")) ? fromInput() : numbers(seqs);
    Variables variables = RunningUp.orEnvironment(Variables.ofEnvironment(), "DATABASE_URL");
    DatabaseUrl url = DatabaseUrl.from(variables);
    try (Connection connection = OperatorDatabase.of(url).getConnection()) {
      return print(connection, wanted);
    } catch (SQLException failed) {
      throw OperatorDatabase.failed(url, failed);
    }
  }

  private int print(Connection connection, List<Long> wanted) throws SQLException {
    int missing = 0;
    try (EventDictionaries dictionaries = new EventDictionaries();
        EventDecompressor decompressor = dictionaries.decompressor(connection)) {
      for (long seq : wanted) {
        try {
          byte[] event = find(connection, decompressor, seq);
          if (event != null) {
            out().println(new String(event, StandardCharsets.UTF_8));
            continue;
          }
          err().println("There is no event with seq " + seq + ".");
        } catch (UnreadableEventException unreadable) {
          err().println("The event with seq " + seq + ": " + unreadable.getMessage() + ".");
        }
        missing++;
      }
    }
    out().flush();
    return missing == 0 ? 0 : 1;
  }

  private static byte @Nullable [] find(
      Connection connection, EventDecompressor decompressor, long seq) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select event, event_zstd, event_bytes as bytes from firehose_events
            where seq = ? limit 1
            """)) {
      select.setLong(1, seq);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? decompressor.event(row) : null;
      }
    }
  }

  private List<Long> fromInput() throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return numbers(input.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
  }

  private List<Long> numbers(List<String> texts) {
    List<Long> numbers = new ArrayList<>();
    for (String text : texts) {
      try {
        numbers.add(Long.parseLong(text));
      } catch (NumberFormatException notANumber) {
        throw new ParameterException(
            spec.commandLine(), "SEQ is '" + text + "'; expected a whole number", notANumber);
      }
    }
    return numbers;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
