package io.skywire.standalone.topic;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines of a file that grows, each read once. One thread at a time. */
final class GrowingLines {
  private final Path file;
  private long position;

  GrowingLines(Path file) {
    this.file = file;
  }

  /** The whole ones that have come since the last call: the last may be under way. */
  List<String> next() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      byte[] bytes = Channels.newInputStream(channel.position(position)).readAllBytes();
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      position += end;
      return end == 0
          ? List.of()
          : List.of(new String(bytes, 0, end - 1, StandardCharsets.UTF_8).split("\n", -1));
    }
  }
}
