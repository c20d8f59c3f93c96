import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats the project's Java sources, or checks that they are formatted: {@code check|write ROOT}.
 * Exit status 1 when {@code check} finds a file that is not. Run by the build, and by {@code
 * ./skywire format}.
 */
final class Format {
  private static final Formatter FORMATTER =
      new Formatter(
          JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.GOOGLE).build());

  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    Path root = Path.of(arguments[1]);
    List<Path> unformatted = new ArrayList<>();
    for (Path source : sources(root)) {
      String before = Files.readString(source);
      String after = format(source, before);
      if (after.equals(before)) {
        continue;
      }
      unformatted.add(root.relativize(source));
      if (write) {
        Files.writeString(source, after);
      }
    }
    if (!unformatted.isEmpty()) {
      unformatted.forEach(
          file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
      if (!write) {
        System.err.println("run ./skywire format");
        System.exit(1);
      }
    }
  }

  private static String format(Path source, String text) {
    try {
      return FORMATTER.formatSource(
          ImportOrderer.reorderImports(
              RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE));
    } catch (Exception unparsable) {
      throw new IllegalStateException(source + ": " + unparsable.getMessage(), unparsable);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        Path folder = module.resolve("src");
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
          }
        }
      }
    }
    for (String folder : List.of("build", "docs/breaks", "examples/topic")) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}
