package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The examples for subscribers: how the README runs them, and how they say what they have seen. */
enum Example {
  JAVA("Subscribe.java"),
  PYTHON("subscribe.py"),
  NODE("subscribe.mjs"),
  KCAT("subscribe.sh");

  private static final Path README = Path.of("..", "README.md");

  /** Of the README's command: servers, seq and time, the seq of all but kcat. */
  private static final Pattern ARGUMENTS =
      Pattern.compile("localhost:9092( 0)? 2026-07-04T12:00:00Z$");

  private static final Pattern LOST =
      Pattern.compile("lost for good: between (\\d+) and (\\d+), (.*)");

  /** Of Python and Node. */
  private static final Pattern EVENT =
      Pattern.compile("(\\d+) (\\S+) (\\S+) (\\S+) *(?:\\(replayed: (\\w+)\\))? *");

  /** JSON may hold U+0085 and U+2028 as they are, which end a line for a pattern. */
  private static final Pattern EVENT_OF_JAVA =
      Pattern.compile("(\\{.*})(?: \\(replayed: (\\w+)\\))?", Pattern.DOTALL);

  /** Key, headers, value; the same. */
  private static final Pattern RECORD_OF_KCAT =
      Pattern.compile("(\\d+) (\\S.*?)(?: (\\{.*))?", Pattern.DOTALL);

  private final String file;

  Example(String file) {
    this.file = file;
  }

  /** Its name in the folder of the examples. */
  String file() {
    return file;
  }

  /** Its consumer group; kcat has none. */
  String group() {
    return "example-" + name().toLowerCase(Locale.ROOT);
  }

  /** The README's command without its arguments. */
  String command() throws IOException {
    return ARGUMENTS.matcher(readmesCommand()).replaceFirst("");
  }

  /** The cell of the README's table that says what is to be installed. */
  String needs() throws IOException {
    return readmesRow().get(1);
  }

  /** With the README's words, such arguments. */
  String arguments(String servers, long after, String from) throws IOException {
    Matcher arguments = ARGUMENTS.matcher(readmesCommand());
    assertThat(arguments.find()).as(readmesCommand()).isTrue();
    return servers + (arguments.group(1) == null ? " " : " " + after + " ") + from;
  }

  private String readmesCommand() throws IOException {
    return readmesRow().get(2).replace("`", "");
  }

  private List<String> readmesRow() throws IOException {
    List<String> rows =
        Files.readAllLines(README).stream()
            .filter(line -> line.startsWith("| [") && line.contains("(examples/topic/" + file))
            .toList();
    assertThat(rows).as("rows of " + file).hasSize(1);
    return Stream.of(rows.getFirst().substring(1).split("\\|", -1)).map(String::strip).toList();
  }

  /** What a line tells of; null where it is of something else. */
  @Nullable Seen read(String line) {
    Matcher lost = LOST.matcher(line);
    if (lost.matches()) {
      return Seen.gap(Long.parseLong(lost.group(1)), Long.parseLong(lost.group(2)), lost.group(3));
    }
    return switch (this) {
      case JAVA, KCAT -> {
        JsonNode event = event(line);
        yield event == null ? gapOfKcat(line) : seen(event, replay(line));
      }
      case PYTHON, NODE -> {
        Matcher event = EVENT.matcher(line);
        yield event.matches()
            ? Seen.event(
                event.group(2),
                Long.parseLong(event.group(1)),
                orNone(event.group(3)),
                orNone(event.group(4)),
                event.group(5) == null ? Seen.NONE : event.group(5))
            : null;
      }
    };
  }

  /** The whole event that a line has; null where it has none. */
  @Nullable JsonNode event(String line) {
    Matcher event =
        switch (this) {
          case JAVA -> EVENT_OF_JAVA.matcher(line);
          case KCAT -> RECORD_OF_KCAT.matcher(line);
          case PYTHON, NODE -> null;
        };
    if (event == null || !event.matches()) {
      return null;
    }
    String json = event.group(this == JAVA ? 1 : 3);
    return json == null ? null : JsonMapper.shared().readTree(json);
  }

  private String replay(String line) {
    Matcher event = (this == JAVA ? EVENT_OF_JAVA : RECORD_OF_KCAT).matcher(line);
    assertThat(event.matches()).isTrue();
    String replay = this == JAVA ? event.group(2) : header(event, "replay");
    return replay == null ? Seen.NONE : replay;
  }

  private @Nullable Seen gapOfKcat(String line) {
    Matcher record = RECORD_OF_KCAT.matcher(line.strip());
    if (this != KCAT || !record.matches() || !"gap".equals(header(record, "event_type"))) {
      return null;
    }
    return Seen.gap(
        Long.parseLong(record.group(1)),
        Long.parseLong(String.valueOf(header(record, "to_seq"))),
        String.valueOf(header(record, "reason")));
  }

  private static @Nullable String header(MatchResult record, String name) {
    Matcher header = Pattern.compile("(?:^|,)" + name + "=([^,]*)").matcher(record.group(2));
    return header.find() ? header.group(1) : null;
  }

  private static Seen seen(JsonNode event, String replay) {
    return Seen.event(
        event.path("event_type").asString(),
        event.path("seq").asLong(),
        event.path("repo").asString(Seen.NONE),
        event.path("collection").asString(Seen.NONE),
        replay);
  }

  /** As each language prints nothing. */
  private static @Nullable String orNone(String word) {
    return word.equals("None") || word.equals("null") ? null : word;
  }
}
