package io.skywire.embedded.simulator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a {@link Ledger} as it grows, each entry once and none twice, so that who compares all the
 * time need not read it from the beginning all the time. It must not fall behind by more than the
 * ledger keeps. One thread.
 */
public final class LedgerTail {
  private static final int READ_BYTES_MAX = 4 * 1024 * 1024;

  private final Ledger ledger;
  private Path file;
  private long position;

  LedgerTail(Ledger ledger, Path first) {
    this.ledger = ledger;
    this.file = first;
  }

  /**
   * The entries that have come since the last call, or the first of them when they are many; none
   * when there are none.
   */
  public List<LedgerEntry> next() throws IOException {
    List<LedgerEntry> entries = read();
    if (entries.isEmpty()) {
      Path following = ledger.fileAfter(file);
      if (following != null) {
        // What the writer put into the old file before it made this one.
        entries = read();
        if (entries.isEmpty()) {
          file = following;
          position = 0;
          entries = read();
        }
      }
    }
    return entries;
  }

  private List<LedgerEntry> read() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = Math.min(channel.size() - position, READ_BYTES_MAX);
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
        // until full
      }
      int end = bytes.position();
      while (end > 0 && bytes.get(end - 1) != '\n') {
        // What follows the last line's end is being written, or for the next read.
        end--;
      }
      position += end;
      List<LedgerEntry> entries = new ArrayList<>();
      new String(bytes.array(), 0, end, StandardCharsets.UTF_8)
          .lines()
          .map(LedgerEntry::parse)
          .forEach(entries::add);
      return entries;
    }
  }
}
