package io.skywire.benchmarks;

import java.util.List;

/** The JVM's flags of Skywire's processes, as the launcher gives them where nothing is set. */
public final class LauncherFlags {
  /** An ingester's and a sink's. */
  public static final List<String> INGESTER_AND_SINK = flags("-Xmx256m");

  public static final List<String> API = flags("-Xmx512m");

  private LauncherFlags() {}

  private static List<String> flags(String heap) {
    return List.of(
        "-XX:+UseG1GC", heap, "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError");
  }
}
