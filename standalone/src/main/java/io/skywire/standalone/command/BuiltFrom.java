package io.skywire.standalone.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a jar of Skywire was built from, as the build has written it into the manifest.
 *
 * @param version {@code development} for what is in no jar
 * @param commit {@code unknown} where the build was not told
 */
record BuiltFrom(String version, String commit) {
  private static final Attributes.Name COMMIT = new Attributes.Name("Skywire-Commit");

  static BuiltFrom ofThisClass() {
    try {
      return of(
          Path.of(BuiltFrom.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * @param place of the classes: a jar, or the folder of a build that is under way
   */
  static BuiltFrom of(Path place) throws IOException {
    if (!Files.isRegularFile(place)) {
      return new BuiltFrom("development", "unknown");
    }
    try (JarFile jar = new JarFile(place.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      return new BuiltFrom(
          value(attributes, Attributes.Name.IMPLEMENTATION_VERSION, "development"),
          value(attributes, COMMIT, "unknown"));
    }
  }

  private static String value(Attributes attributes, Attributes.Name name, String otherwise) {
    String value = attributes.getValue(name);
    return value == null || value.isBlank() ? otherwise : value;
  }
}
