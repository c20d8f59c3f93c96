package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  @TempDir Path folder;

  @Test
  void recordThatIsTornAnywhereIsCutOffAndWrittenAnew() throws IOException {
    append(0, 3);
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    int lastRecord = whole.length / 3;

    for (int torn = 1; torn <= lastRecord; torn++) {
      Files.write(file, whole);
      cut(file, whole.length - torn);
      try (EventLog log = EventLog.open(folder, 100)) {
        assertThat(log.end()).isEqualTo(2);
        assertThat(log.head()).isEqualTo(2);
        log.append(events(2, 3));
        assertThat(log.read(0, 1 << 20)).containsExactly(frame(1), frame(2), frame(3));
      }
    }
  }

  @Test
  void recordWithWrongBytesIsCutOff() throws IOException {
    append(0, 3);
    Path file = onlyFile();
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {99}), size - 1);
    }

    try (EventLog log = EventLog.open(folder, 100)) {
      assertThat(log.end()).isEqualTo(2);
    }
  }

  @Test
  void windowIsKeptAndWhatIsOlderIsGone() throws IOException {
    try (EventLog log = EventLog.open(folder, 100)) {
      for (int i = 0; i < 1_000; i += 10) {
        log.append(events(i, i + 10));
      }
      EventLog.Start oldest = log.find(OptionalLong.of(0));

      assertThat(log.end() - oldest.ordinal()).isBetween(100L, 150L);
      assertThat(oldest.outdated()).isFalse();
      assertThat(log.find(OptionalLong.of(oldest.ordinal() - 1)).outdated()).isTrue();
      assertThat(log.find(OptionalLong.of(oldest.ordinal())).outdated()).isFalse();
      assertThat(log.read(oldest.ordinal() - 1, 1_000)).isNull();
      assertThat(log.read(1_000, 1_000)).isEmpty();
      assertThat(log.find(OptionalLong.of(1_001)).future()).isTrue();
      assertThat(log.find(OptionalLong.empty()).ordinal()).isEqualTo(1_000);
    }
    try (EventLog reopened = EventLog.open(folder, 100)) {
      assertThat(reopened.end()).isEqualTo(1_000);
      assertThat(reopened.read(950, 1)).containsExactly(frame(951));
    }
  }

  @Test
  void ledgerForgetsWhatTheLogNeverHeld() throws IOException {
    SimulatedEvent event = new FrameGenerator(1).next(Instant.EPOCH);
    try (Ledger ledger = Ledger.open(folder, 1_000, 0)) {
      ledger.append(List.of(event, event, event));
    }
    Files.writeString(
        folder.resolve("ledger/000000000000000.tsv"), "4\ttorn", StandardOpenOption.APPEND);

    try (Ledger ledger = Ledger.open(folder, 1_000, 2)) {
      assertThat(ledger.entries()).hasSize(2);
      ledger.append(List.of(event));
      assertThat(ledger.entries()).hasSize(3);
    }
  }

  private void append(int from, int to) throws IOException {
    try (EventLog log = EventLog.open(folder, 100)) {
      log.append(events(from, to));
    }
  }

  /** Frames whose seq is their ordinal plus one. */
  private static List<SimulatedEvent> events(int from, int to) {
    List<SimulatedEvent> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(new SimulatedEvent(i + 1, "commit", "", List.of(), frame(i + 1), null));
    }
    return events;
  }

  private static byte[] frame(int seq) {
    return "the frame with seq %6d".formatted(seq).getBytes(StandardCharsets.UTF_8);
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".frames")).findFirst().orElseThrow();
    }
  }

  private static void cut(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }
}
