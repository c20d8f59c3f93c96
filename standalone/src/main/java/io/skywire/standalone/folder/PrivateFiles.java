package io.skywire.standalone.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner may read. They appear complete or not at all. */
final class PrivateFiles {
  private PrivateFiles() {}

  static void write(Path file, String text) throws IOException {
    Path growing =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".new-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(growing, text);
      Files.move(
          growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(growing);
    }
  }
}
