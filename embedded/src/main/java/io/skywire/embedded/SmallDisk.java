package io.skywire.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own in memory, small enough to be filled up at once, as by others who share
 * a disk. Only root may mount one.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int MOUNT_SECONDS_MAX = 10;
  private static final int PAGE_BYTES = 4_096;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder an empty one, which becomes the disk's
   * @return none where this user cannot mount one
   */
  public static Optional<SmallDisk> mount(Path folder, int mebibytes) throws InterruptedException {
    return run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString())
        ? Optional.of(new SmallDisk(folder))
        : Optional.empty();
  }

  /** Others take all that is left. */
  public void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(others())) {
      byte[] page = new byte[PAGE_BYTES];
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      if (!String.valueOf(full.getMessage()).contains("No space left")) {
        throw full;
      }
    }
  }

  /** And give it back. */
  public void free() throws IOException {
    Files.delete(others());
  }

  /** Lazily, since servers may still have files of it open. */
  @Override
  public void close() {
    try {
      run("umount", "-l", folder.toString());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private Path others() {
    return folder.resolve("others");
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(MOUNT_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      throw new UncheckedIOException(noSuchProgram);
    }
  }
}
