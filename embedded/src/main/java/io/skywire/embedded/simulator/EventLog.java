package io.skywire.embedded.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The relay's log: frames in the order of their emission, in segment files of one folder, bounded
 * by a window of events. Any thread may call it; one alone appends. What {@link #append} has
 * written survives the death of the process (not the loss of power): a torn record at the end is
 * cut off when the log is opened again.
 *
 * <p>A frame's place is its ordinal: how many frames have been logged before it, ever.
 */
final class EventLog implements AutoCloseable {
  private static final int SEGMENT_EVENTS_MAX = 10_000;
  private static final String SUFFIX = ".frames";

  private final Path folder;
  private final int windowEvents;
  private final int segmentEvents;
  private final Deque<LogSegment> segments = new ArrayDeque<>();

  private EventLog(Path folder, int windowEvents) {
    this.folder = folder;
    this.windowEvents = windowEvents;
    this.segmentEvents = Math.clamp(windowEvents / 4, 1, SEGMENT_EVENTS_MAX);
  }

  static EventLog open(Path folder, int windowEvents) throws IOException {
    Files.createDirectories(folder);
    EventLog log = new EventLog(folder, windowEvents);
    List<Path> files;
    try (var entries = Files.list(folder)) {
      files = entries.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path file : files) {
      log.segments.addLast(LogSegment.open(file));
    }
    if (log.segments.isEmpty()) {
      log.segments.addLast(LogSegment.create(folder, 0, 0));
    }
    return log;
  }

  /** Writes the frames at the end; they can be read when this returns. */
  synchronized void append(List<SimulatedEvent> events) throws IOException {
    int from = 0;
    while (from < events.size()) {
      LogSegment last = segments.getLast();
      int room = segmentEvents - last.count();
      if (room <= 0) {
        segments.addLast(LogSegment.create(folder, last.end(), last.lastSeq()));
        trim();
        continue;
      }
      int to = Math.min(events.size(), from + room);
      last.append(events.subList(from, to));
      from = to;
    }
  }

  /** Leaves out so many frames, before the next ones: nobody gets them, or hears of them. */
  synchronized void skip(long frames) throws IOException {
    LogSegment last = segments.getLast();
    segments.addLast(LogSegment.create(folder, last.end() + frames, last.lastSeq()));
  }

  /** How many frames have been logged, ever, with those that were left out. */
  synchronized long end() {
    return segments.getLast().end();
  }

  /** The seq of the last frame, 0 before the first. */
  synchronized long head() {
    return segments.getLast().lastSeq();
  }

  /**
   * Where a subscriber begins.
   *
   * @param ordinal of the first frame to send
   * @param outdated whether frames after the cursor are gone
   * @param future whether the cursor is beyond the head
   */
  record Start(long ordinal, boolean outdated, boolean future) {}

  /** Finds the first frame after a cursor; no cursor means the live tail, 0 the oldest frame. */
  synchronized Start find(OptionalLong cursor) {
    long oldest = segments.getFirst().base();
    if (cursor.isEmpty()) {
      return new Start(end(), false, false);
    }
    long seq = cursor.getAsLong();
    if (seq > head()) {
      return new Start(end(), false, true);
    }
    if (seq < segments.getFirst().seqBefore()) {
      return new Start(oldest, seq != 0, false);
    }
    for (LogSegment segment : segments) {
      if (segment.lastSeq() > seq) {
        return new Start(segment.ordinalAfter(seq), false, false);
      }
    }
    return new Start(end(), false, false);
  }

  /**
   * Frames from an ordinal on, about as many bytes as asked for and one frame at least; none at the
   * end of the log and at an ordinal that was left out (see {@link #afterSkipped}), null when the
   * window has moved past the ordinal.
   */
  synchronized @Nullable List<byte[]> read(long ordinal, int bytes) throws IOException {
    if (ordinal < segments.getFirst().base()) {
      return null;
    }
    for (LogSegment segment : segments) {
      if (ordinal < segment.base()) {
        return new ArrayList<>();
      }
      if (ordinal < segment.end()) {
        return segment.read(ordinal, bytes);
      }
    }
    return new ArrayList<>();
  }

  /** This ordinal, or the first after it when its frame was left out. */
  synchronized long afterSkipped(long ordinal) {
    for (LogSegment segment : segments) {
      if (ordinal < segment.end()) {
        return ordinal < segments.getFirst().base() ? ordinal : Math.max(ordinal, segment.base());
      }
    }
    return ordinal;
  }

  @Override
  public synchronized void close() throws IOException {
    for (LogSegment segment : segments) {
      segment.close();
    }
  }

  private void trim() throws IOException {
    while (segments.size() > 1 && framesAfterFirstSegment() >= windowEvents) {
      segments.removeFirst().delete();
    }
  }

  /** Without those that were left out, which keep nobody waiting. */
  private int framesAfterFirstSegment() {
    return segments.stream().skip(1).mapToInt(LogSegment::count).sum();
  }
}
