package io.skywire.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What was measured on.
 *
 * @param processor its model, as Linux has it
 * @param cores that the JVM may use
 * @param memoryBytes of the machine; 0 when unknown
 * @param system the operating system
 * @param java the JVM
 */
record Machine(String processor, int cores, long memoryBytes, String system, String java) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  static Machine here() throws IOException {
    return new Machine(
        field(CPUINFO, "model name"),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong("0" + field(MEMINFO, "MemTotal").replaceAll("[^0-9]", "")) * 1024,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  String sentence() {
    return "%s, %d cores, %d GiB, %s, %s."
        .formatted(
            processor.isEmpty() ? System.getProperty("os.arch") : processor,
            cores,
            memoryBytes >> 30,
            system,
            java);
  }

  private static String field(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    List<String> lines = Files.readAllLines(file);
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
