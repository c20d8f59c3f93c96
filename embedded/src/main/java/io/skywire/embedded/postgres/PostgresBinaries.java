package io.skywire.embedded.postgres;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.TemporaryFolder;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once into the user's own cache: {@code $XDG_CACHE_HOME/skywire},
 * else {@code ~/.cache/skywire}, else beside the data; for {@code nobody}, who reaches no one's
 * home, into {@code /var/lib/skywire}. The folder's name is the archive's digest, and it appears at
 * once with all that is in it, so several may unpack at the same time and a killed one leaves no
 * half of it under that name.
 */
final class PostgresBinaries {
  private static final Path FOR_NOBODY = Path.of("/var/lib/skywire");
  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final int DIGEST_DIGITS = 16;
  private static final int OWNER_EXECUTES = 0100;

  private PostgresBinaries() {}

  /**
   * @param runAs who must reach it
   * @param fallback where to unpack when the user has no cache to write to
   * @return the folder with {@code bin}, {@code lib} and {@code share}
   */
  static Path unpack(RunAs runAs, Path fallback) {
    byte[] archive = archive();
    String name = "postgres-" + digest(archive);
    Path cached = (runAs == RunAs.NOBODY ? FOR_NOBODY : cache()).resolve(name);
    if (Files.isExecutable(cached.resolve("bin/postgres"))) {
      return cached;
    }
    try {
      return unpack(archive, cached);
    } catch (IOException unwritable) {
      Path own = fallback.resolve(name);
      try {
        return Files.isExecutable(own.resolve("bin/postgres")) ? own : unpack(archive, own);
      } catch (IOException refused) {
        refused.addSuppressed(unwritable);
        throw new EmbeddedServerException(
            "cannot unpack PostgreSQL into " + cached + " or " + own + ": " + refused.getMessage(),
            refused);
      }
    }
  }

  private static Path cache() {
    String set = System.getenv("XDG_CACHE_HOME");
    return set == null || !set.startsWith("/")
        ? Path.of(System.getProperty("user.home"), ".cache", "skywire").toAbsolutePath()
        : Path.of(set, "skywire");
  }

  private static byte[] archive() {
    String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    try (InputStream stream =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            system, machine.equals("amd64") ? "x86_64" : machine)) {
      return stream.readAllBytes();
    } catch (IOException | IllegalStateException absent) {
      throw new EmbeddedServerException(
          "this build carries no PostgreSQL for " + system + " on " + machine, absent);
    }
  }

  private static Path unpack(byte[] archive, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path growing = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try {
      try (TarArchiveInputStream entries =
          new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
        for (TarArchiveEntry entry = entries.getNextEntry();
            entry != null;
            entry = entries.getNextEntry()) {
          write(growing.resolve(entry.getName()).normalize(), entry, entries);
        }
      }
      Files.setPosixFilePermissions(growing, FOR_ALL);
      try {
        Files.move(growing, folder);
      } catch (IOException occupied) {
        // Somebody else was faster, with the same bytes.
        if (!Files.isExecutable(folder.resolve("bin/postgres"))) {
          throw occupied;
        }
      }
      return folder;
    } finally {
      TemporaryFolder.delete(growing);
    }
  }

  private static void write(Path file, TarArchiveEntry entry, InputStream content)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, file);
    if ((entry.getMode() & OWNER_EXECUTES) != 0) {
      Files.setPosixFilePermissions(file, FOR_ALL);
    }
  }

  private static String digest(byte[] archive) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
