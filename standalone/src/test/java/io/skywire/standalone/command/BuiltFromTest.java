package io.skywire.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltFromTest {
  @TempDir private Path folder;

  @Test
  void aJarNamesItsVersionAndCommit() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "1.2.3");
    manifest.getMainAttributes().putValue("Skywire-Commit", "0123456789ab");
    Path jar = folder.resolve("skywire.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();

    assertThat(BuiltFrom.of(jar)).isEqualTo(new BuiltFrom("1.2.3", "0123456789ab"));
  }

  @Test
  void whatIsInNoJarIsUnderDevelopment() throws IOException {
    assertThat(BuiltFrom.of(folder)).isEqualTo(new BuiltFrom("development", "unknown"));
  }

  @Test
  void theBuildWritesBothIntoTheJar() throws IOException {
    BuiltFrom built = BuiltFrom.of(Path.of(System.getProperty("skywire.jar", "absent")));

    assertThat(built.version()).isNotEqualTo("development");
    assertThat(built.commit()).isEqualTo(System.getProperty("skywire.commit"));
  }
}
