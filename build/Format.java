import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final JavaFormatterOptions OPTIONS =
      JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.GOOGLE).build();

  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    Path root = Path.of(arguments[1]);
    // On all cores: the build waits for it before all else.
    List<Path> unformatted =
        sources(root).parallelStream()
            .filter(source -> !isFormatted(source, write))
            .map(root::relativize)
            .toList();
    if (!unformatted.isEmpty()) {
      unformatted.forEach(
          file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
      if (!write) {
        System.err.println("run ./skywire format");
        System.exit(1);
      }
    }
  }

  /** Whether it was; when it was not and {@code write}, it is now. */
  private static boolean isFormatted(Path source, boolean write) {
    try {
      String before = Files.readString(source);
      String after = format(source, before);
      if (after.equals(before)) {
        return true;
      }
      if (write) {
        Files.writeString(source, after);
      }
      return false;
    } catch (IOException refused) {
      throw new UncheckedIOException(source.toString(), refused);
    }
  }

  private static String format(Path source, String text) {
    try {
      return new Formatter(OPTIONS)
          .formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(text),
                  JavaFormatterOptions.Style.GOOGLE));
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
