package io.skywire.embedded.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a child process runs.
 *
 * @param name for messages
 * @param words the program and its arguments
 * @param environment its whole environment but for what a program needs to run at all ({@code
 *     PATH}, {@code HOME}, {@code LANG} and the like)
 * @param log receives both outputs, appended
 */
public record ChildCommand(
    String name, List<String> words, Map<String, String> environment, Path log) {
  public ChildCommand {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /**
   * A main class on this JVM's class path, in a JVM of its own. Where the property {@code
   * skywire.aot} names an AOT cache, with the class path that it was made for in {@code
   * skywire.aot.class-path}, the child begins with that.
   *
   * @see <a href="https://openjdk.org/jeps/514">JEP 514: Ahead-of-Time Command-Line Ergonomics</a>
   */
  public static ChildCommand java(
      String name,
      String mainClass,
      List<String> flags,
      List<String> arguments,
      Map<String, String> environment,
      Path log) {
    List<String> words = java(flags);
    String cache = System.getProperty("skywire.aot", "");
    if (!cache.isEmpty() && Files.exists(Path.of(cache))) {
      // Objects are laid out in the cache as they were in the JVM that wrote it.
      words.addAll(
          List.of("-XX:+UseCompactObjectHeaders", "-XX:AOTCache=" + cache, "-Xlog:aot*=off"));
    }
    words.addAll(List.of("-cp", classPath(), mainClass));
    words.addAll(arguments);
    return new ChildCommand(name, words, environment, log);
  }

  /** The same on another class path, of which there is no cache. */
  public static ChildCommand java(
      String name,
      String classPath,
      String mainClass,
      List<String> flags,
      List<String> arguments,
      Map<String, String> environment,
      Path log) {
    List<String> words = java(flags);
    words.addAll(List.of("-cp", classPath, mainClass));
    words.addAll(arguments);
    return new ChildCommand(name, words, environment, log);
  }

  private static List<String> java(List<String> flags) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.addAll(flags);
    return words;
  }

  /** Of a test too, whose own JVM is started with the class path inside a jar. */
  private static String classPath() {
    String ofTest =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return System.getProperty("skywire.aot.class-path", ofTest);
  }
}
