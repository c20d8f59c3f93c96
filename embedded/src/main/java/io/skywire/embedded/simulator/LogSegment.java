package io.skywire.embedded.simulator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One file of the {@link EventLog}: records of {@code [u32 length][u32 CRC-32C][u64 seq][frame]},
 * and an index of them in memory. The file's name holds the ordinal of its first frame and the seq
 * before it. Guarded by the log's lock.
 */
final class LogSegment implements AutoCloseable {
  private static final int HEADER = 16;

  private final Path file;
  private final FileChannel channel;
  private final long base;
  private final long seqBefore;
  private int count;
  private int size;
  private long[] seqs = new long[256];
  private int[] offsets = new int[256];

  private LogSegment(Path file, FileChannel channel, long base, long seqBefore) {
    this.file = file;
    this.channel = channel;
    this.base = base;
    this.seqBefore = seqBefore;
  }

  static LogSegment create(Path folder, long base, long seqBefore) throws IOException {
    Path file = folder.resolve("%015d-%016d.frames".formatted(base, seqBefore));
    return new LogSegment(file, openChannel(file), base, seqBefore);
  }

  /** Opens a file and cuts off whatever is torn at its end. */
  static LogSegment open(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    long base = Long.parseLong(name.substring(0, 15));
    long seqBefore = Long.parseLong(name.substring(16, 32));
    LogSegment segment = new LogSegment(file, openChannel(file), base, seqBefore);
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
    while (content.remaining() >= HEADER) {
      int at = content.position();
      int length = content.getInt();
      int checksum = content.getInt();
      long seq = content.getLong();
      if (length < 0 || length > content.remaining()) {
        break;
      }
      if (checksum != checksum(content.array(), content.position(), length)) {
        break;
      }
      content.position(content.position() + length);
      segment.index(seq, at);
      segment.size = content.position();
    }
    segment.channel.truncate(segment.size);
    return segment;
  }

  void append(List<SimulatedEvent> events) throws IOException {
    int bytes = events.stream().mapToInt(event -> HEADER + event.frame().length).sum();
    ByteBuffer records = ByteBuffer.allocate(bytes);
    for (SimulatedEvent event : events) {
      byte[] frame = event.frame();
      records.putInt(frame.length).putInt(checksum(frame, 0, frame.length));
      records.putLong(event.seq()).put(frame);
    }
    records.flip();
    for (int at = size; records.hasRemaining(); ) {
      at += channel.write(records, at);
    }
    for (SimulatedEvent event : events) {
      index(event.seq(), size);
      size += HEADER + event.frame().length;
    }
  }

  /** Frames from an ordinal of this segment on; see {@link EventLog#read}. */
  List<byte[]> read(long ordinal, int bytes) throws IOException {
    int first = (int) (ordinal - base);
    int end = first + 1;
    while (end < count && offset(end + 1) - offsets[first] <= bytes) {
      end++;
    }
    ByteBuffer records = ByteBuffer.allocate(offset(end) - offsets[first]);
    while (records.hasRemaining()) {
      if (channel.read(records, offsets[first] + records.position()) < 0) {
        throw new IOException("the log's file " + file + " is shorter than it was");
      }
    }
    List<byte[]> frames = new ArrayList<>(end - first);
    for (int i = first; i < end; i++) {
      int from = offsets[i] + HEADER - offsets[first];
      frames.add(Arrays.copyOfRange(records.array(), from, offset(i + 1) - offsets[first]));
    }
    return frames;
  }

  /** The ordinal of the first frame with a seq above this one; there is one. */
  long ordinalAfter(long seq) {
    int at = 0;
    while (seqs[at] <= seq) {
      at++;
    }
    return base + at;
  }

  long base() {
    return base;
  }

  long end() {
    return base + count;
  }

  int count() {
    return count;
  }

  /** The seq of the frame before the first. */
  long seqBefore() {
    return seqBefore;
  }

  long lastSeq() {
    return count == 0 ? seqBefore : seqs[count - 1];
  }

  void delete() throws IOException {
    channel.close();
    Files.delete(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private int offset(int index) {
    return index == count ? size : offsets[index];
  }

  private void index(long seq, int offset) {
    if (count == seqs.length) {
      seqs = Arrays.copyOf(seqs, count * 2);
      offsets = Arrays.copyOf(offsets, count * 2);
    }
    seqs[count] = seq;
    offsets[count] = offset;
    count++;
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }
}
