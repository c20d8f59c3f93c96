package io.skywire.standalone.folder;

import io.skywire.common.settings.InvalidSettingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to work in a {@link DataFolder}. The operating system keeps it, so that it ends with
 * the process however that ends, and a file left behind means nothing.
 */
public final class FolderLock implements AutoCloseable {
  /** A command that only asks whether {@code up} runs holds the lock for an instant. */
  private static final Duration PROBE_MAX = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws InvalidSettingException when another process works in the folder
   */
  public static FolderLock take(DataFolder folder) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PROBE_MAX.toNanos();
    FolderLock lock = tryTake(folder);
    while (lock == null && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
      lock = tryTake(folder);
    }
    if (lock == null) {
      throw new InvalidSettingException(
          "another ./skywire up works in "
              + folder.path()
              + "; stop it, or name another folder in SKYWIRE_DATA (and another PORT)");
    }
    return lock;
  }

  /** Whether somebody works in the folder. */
  static boolean isTaken(DataFolder folder) throws IOException {
    if (!Files.exists(folder.lockFile())) {
      return false;
    }
    try (FolderLock free = tryTake(folder)) {
      return free == null;
    }
  }

  private static @Nullable FolderLock tryTake(DataFolder folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException ownJvm) {
      channel.close();
      return null;
    }
    channel.close();
    return null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
