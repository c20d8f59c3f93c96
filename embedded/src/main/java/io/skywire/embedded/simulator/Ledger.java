package io.skywire.embedded.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the relay has emitted, event by event, for tests to compare with what arrived. Lines in
 * files of one folder, the oldest deleted beyond a bound. Any thread may read, and another process
 * by {@link #read}; the relay alone writes, each entry before its frame is logged.
 */
public final class Ledger implements AutoCloseable {
  private static final int LINES_A_FILE = 50_000;
  private static final String FOLDER = "ledger";
  private static final String SUFFIX = ".tsv";

  private final Path folder;
  private final int eventsMax;
  private final int linesAFile;
  private FileChannel channel;
  private long base;
  private int lines;

  private Ledger(Path folder, int eventsMax, int linesAFile, FileChannel channel, long base) {
    this.folder = folder;
    this.eventsMax = eventsMax;
    this.linesAFile = linesAFile;
    this.channel = channel;
    this.base = base;
  }

  /**
   * Opens the ledger of a simulator's folder as it was when {@code end} events had been logged:
   * lines beyond are of events that nobody has seen.
   */
  static Ledger open(Path simulatorFolder, int eventsMax, long end) throws IOException {
    return open(simulatorFolder, eventsMax, LINES_A_FILE, end);
  }

  static Ledger open(Path simulatorFolder, int eventsMax, int linesAFile, long end)
      throws IOException {
    Path folder = Files.createDirectories(simulatorFolder.resolve(FOLDER));
    List<Path> files = files(folder);
    while (!files.isEmpty() && base(files.getLast()) > end) {
      Files.delete(files.removeLast());
    }
    Path last = files.isEmpty() ? file(folder, 0) : files.getLast();
    Ledger ledger = new Ledger(folder, eventsMax, linesAFile, openChannel(last), base(last));
    ledger.cut(Files.readAllBytes(last), end);
    return ledger;
  }

  /** All entries that are kept, in the order of their seqs. */
  public List<LedgerEntry> entries() {
    return after(0);
  }

  /** The entries with a seq above this one. */
  public List<LedgerEntry> after(long seq) {
    try {
      return readFolder(folder, seq);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Reads on from the oldest entry that is kept. */
  public LedgerTail tail() throws IOException {
    return new LedgerTail(this, files(folder).getFirst());
  }

  /** The entries of a simulator's folder with a seq above this one, from any process. */
  public static List<LedgerEntry> read(Path simulatorFolder, long seq) throws IOException {
    return readFolder(simulatorFolder.resolve(FOLDER), seq);
  }

  synchronized void append(List<SimulatedEvent> events) throws IOException {
    StringBuilder text = new StringBuilder();
    int added = 0;
    for (SimulatedEvent event : events) {
      JsonNode json = event.event();
      if (json == null && event.reason() == null) {
        continue;
      }
      LedgerEntry entry =
          new LedgerEntry(
              event.seq(),
              event.type(),
              event.repo(),
              event.collections(),
              json == null ? LedgerHash.ofFrame(event.frame()) : LedgerHash.of(json),
              event.reason());
      text.append(entry.line()).append('\n');
      added++;
    }
    if (lines >= linesAFile) {
      roll();
    }
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    lines += added;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  /** The file that the writer went on to; null when it still writes this one. */
  synchronized @Nullable Path fileAfter(Path file) throws IOException {
    List<Path> files = files(folder);
    int at = files.indexOf(file);
    if (at < 0) {
      throw new IOException("the ledger no longer keeps " + file);
    }
    return at + 1 < files.size() ? files.get(at + 1) : null;
  }

  private void roll() throws IOException {
    channel.close();
    base += lines;
    lines = 0;
    channel = openChannel(file(folder, base));
    List<Path> files = files(folder);
    while (files.size() > 1 && base - base(files.get(1)) >= eventsMax) {
      Files.delete(files.removeFirst());
    }
  }

  /** Keeps the lines of logged events. */
  private void cut(byte[] content, long end) throws IOException {
    int keep = 0;
    for (int i = 0; i < content.length && base + lines < end; i++) {
      if (content[i] == '\n') {
        lines++;
        keep = i + 1;
      }
    }
    channel.truncate(keep);
    channel.position(keep);
  }

  private static List<LedgerEntry> readFolder(Path folder, long seq) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    for (Path file : files(folder)) {
      String text = Files.readString(file);
      // What follows the last line's end is being written.
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      whole
          .lines()
          .map(LedgerEntry::parse)
          .filter(entry -> entry.seq() > seq)
          .forEach(entries::add);
    }
    return entries;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return new ArrayList<>(
          entries.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList());
    }
  }

  private static Path file(Path folder, long base) {
    return folder.resolve("%015d%s".formatted(base, SUFFIX));
  }

  private static long base(Path file) {
    return Long.parseLong(String.valueOf(file.getFileName()).substring(0, 15));
  }

  private static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
