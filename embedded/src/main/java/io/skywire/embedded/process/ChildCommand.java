package io.skywire.embedded.process;

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

  /** A main class on this JVM's class path, in a JVM of its own. */
  public static ChildCommand java(
      String name,
      String mainClass,
      List<String> flags,
      List<String> arguments,
      Map<String, String> environment,
      Path log) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.addAll(flags);
    words.addAll(List.of("-cp", classPath(), mainClass));
    words.addAll(arguments);
    return new ChildCommand(name, words, environment, log);
  }

  /** The same with more flags for the JVM. */
  public ChildCommand withFlags(List<String> flags) {
    List<String> more = new ArrayList<>(words);
    more.addAll(1, flags);
    return new ChildCommand(name, more, environment, log);
  }

  /** Of a test too, whose own JVM is started with the class path inside a jar. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
