package io.skywire.standalone.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path temporary;

  @Test
  void takesAnAbsentAndAnEmptyFolder() throws Exception {
    DataFolder absent = new DataFolder(temporary.resolve("a/b"));
    absent.claim();
    assertThat(absent.path()).isDirectory();

    DataFolder empty = new DataFolder(Files.createDirectory(temporary.resolve("c")));
    empty.claim();
    empty.claim();
  }

  @Test
  void refusesAndNeverEmptiesSomebodyElsesFolder() throws Exception {
    Path precious = Files.writeString(temporary.resolve("thesis.txt"), "years of work");
    DataFolder folder = new DataFolder(temporary);

    assertThatThrownBy(folder::claim)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("SKYWIRE_DATA is '" + temporary + "'");
    assertThatThrownBy(folder::clear).isInstanceOf(InvalidSettingException.class);
    assertThat(precious).hasContent("years of work");
  }

  @Test
  void isEmptiedButForItsMarkerAndLock() throws Exception {
    DataFolder folder = claimed();
    String secret = folder.secret();
    Files.createDirectories(folder.kafka().resolve("topic"));
    Files.writeString(folder.log(), "of yesterday");
    try (FolderLock lock = FolderLock.take(folder)) {
      folder.clear();
      assertThat(lock).isNotNull();
      assertThat(FolderLock.isTaken(folder)).isTrue();
    }
    assertThat(folder.kafka()).doesNotExist();
    assertThat(folder.log()).isEmptyFile();
    assertThat(folder.secret()).isNotEqualTo(secret);
    folder.claim();
  }

  @Test
  void keepsOneSecretThatOnlyItsOwnerReads() throws Exception {
    DataFolder folder = claimed();

    String secret = folder.secret();

    assertThat(secret).matches("[0-9a-f]{64}");
    assertThat(folder.secret()).isEqualTo(secret);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temporary.resolve("secret-key-base"))))
        .isEqualTo("rw-------");
  }

  @Test
  void isNamedByTheEnvironmentRelativeToTheCaller() {
    assertThat(DataFolder.of(new Variables(Map.of("SKYWIRE_DATA", "here/x"))).path())
        .isEqualTo(Path.of("here/x").toAbsolutePath());
  }

  @Test
  void isLockedForOneAtATime() throws Exception {
    DataFolder folder = claimed();
    assertThat(FolderLock.isTaken(folder)).isFalse();
    try (FolderLock lock = FolderLock.take(folder)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> FolderLock.take(folder))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("another ./skywire up works in " + temporary);
    }
    FolderLock.take(folder).close();
  }

  @Test
  void keepsPortsAndTakesAnotherForOneThatIsTaken() throws Exception {
    DataFolder folder = claimed();
    Ports first = Ports.choose(folder);
    assertThat(Ports.choose(folder)).isEqualTo(first);

    try (ServerSocket other =
        new ServerSocket(first.kafka(), 1, InetAddress.getLoopbackAddress())) {
      Ports second = Ports.choose(folder);
      assertThat(second.kafka()).isNotEqualTo(other.getLocalPort());
      assertThat(second.postgres()).isEqualTo(first.postgres());
      assertThat(second.relay()).isEqualTo(first.relay());
    }
  }

  @Test
  void forgetsPortsThatAreNone() throws Exception {
    DataFolder folder = claimed();
    Files.writeString(folder.ports(), "kafka=99999\npostgres=\\u00zz\n");

    assertThat(Ports.choose(folder).kafka()).isBetween(1, 65_535);
  }

  @Test
  void tellsOfARunningUpOnlyWhileItRuns() throws Exception {
    DataFolder folder = claimed();
    Variables environment =
        new Variables(Map.of("SKYWIRE_DATA", temporary.toString(), "OTHER", "kept"));
    try (FolderLock lock = FolderLock.take(folder)) {
      assertThat(lock).isNotNull();
      RunningUp.announce(folder, Map.of("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/skywire"));

      Variables found = RunningUp.orEnvironment(environment, "DATABASE_URL");
      assertThat(found.all())
          .containsEntry("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/skywire")
          .containsEntry("OTHER", "kept");
    }

    // Killed: the announcement is still there, the lock is not.
    assertThat(folder.running()).exists();
    assertThatThrownBy(() -> RunningUp.orEnvironment(environment, "DATABASE_URL"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("no ./skywire up runs in " + temporary + ", and DATABASE_URL is not set");
  }

  private DataFolder claimed() throws Exception {
    DataFolder folder = new DataFolder(temporary);
    folder.claim();
    return folder;
  }
}
