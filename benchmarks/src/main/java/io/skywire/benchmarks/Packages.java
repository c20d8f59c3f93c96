package io.skywire.benchmarks;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Programs of others that a stage runs: a folder below {@code benchmarks/peers} that names them.
 *
 * @param registry where they are fetched from
 * @param name of the folder
 */
public record Packages(Registry registry, String name) {
  /** Who has them. */
  public enum Registry {
    /** By a {@code package.json}; Node itself is one of the packages. */
    NPM,
    /** Maven Central, by a {@code pom.xml}. */
    MAVEN
  }

  public static Packages npm(String name) {
    return new Packages(Registry.NPM, name);
  }

  public static Packages maven(String name) {
    return new Packages(Registry.MAVEN, name);
  }

  /** The file that says which they are. */
  Path list(Path home) {
    return source(home).resolve(registry == Registry.NPM ? "package.json" : "pom.xml");
  }

  Path source(Path home) {
    return home.resolve("benchmarks/peers").resolve(name);
  }

  /** Where they are kept, outside of the sources. */
  Path folder(Path home) {
    return home.resolve("benchmarks/target/peers").resolve(name);
  }

  /** A copy of {@link #list}, written when all that it names is there. */
  Path fetched(Path home) {
    Path folder = folder(home);
    return folder.resolveSibling(folder.getFileName() + ".fetched");
  }

  @Override
  public String toString() {
    return "peers/%s of %s".formatted(name, registry.toString().toLowerCase(Locale.ROOT));
  }
}
