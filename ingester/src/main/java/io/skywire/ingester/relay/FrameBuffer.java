package io.skywire.ingester.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The frames between the socket's thread, which adds, and the one that takes. Bounded by count and
 * by bytes: {@link #add} says when it is full, and the socket's thread then adds nothing until
 * {@code onRoom} has run, on the taker's thread, at half full. Invariant: never more than {@code
 * framesMax} frames, nor {@code bytesMax} bytes plus one frame; an end is seen after all frames.
 */
final class FrameBuffer {
  private final int framesMax;
  private final long bytesMax;
  private final Runnable onRoom;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
  private long bytes;
  private boolean full;
  private boolean takerWaits;
  private @Nullable RelayDisconnectedException end;

  /** Since when the socket is not read: from full until half full again. */
  private long fullSince;

  /**
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  FrameBuffer(RelayLimits limits, Runnable onRoom, LongSupplier nanoTime) {
    this.framesMax = limits.framesMax();
    this.bytesMax = limits.bytesMax();
    this.onRoom = onRoom;
    this.nanoTime = nanoTime;
  }

  /** Returns whether there is room for another. */
  boolean add(byte[] frame) {
    lock.lock();
    try {
      if (end != null) {
        return true; // Closed by the taker: whatever still comes is dropped.
      }
      frames.add(frame);
      bytes += frame.length;
      if (takerWaits) {
        changed.signal();
      }
      if (frames.size() >= framesMax || bytes >= bytesMax) {
        full = true;
        fullSince = nanoTime.getAsLong();
      }
      return !full;
    } finally {
      lock.unlock();
    }
  }

  List<byte[]> take(int takeFrames, long takeBytes, Duration wait)
      throws RelayDisconnectedException, InterruptedException {
    boolean room = false;
    List<byte[]> taken = new ArrayList<>();
    lock.lockInterruptibly();
    try {
      awaitFrameOrEnd(wait.toNanos());
      if (frames.isEmpty() && end != null) {
        throw end;
      }
      long takenBytes = 0;
      while (!frames.isEmpty()
          && (taken.isEmpty() || (taken.size() < takeFrames && takenBytes < takeBytes))) {
        byte[] frame = frames.remove();
        taken.add(frame);
        takenBytes += frame.length;
      }
      bytes -= takenBytes;
      if (full && !taken.isEmpty()) {
        room = frames.size() <= framesMax / 2 && bytes <= bytesMax / 2;
        full = !room;
      }
    } finally {
      lock.unlock();
    }
    if (room) {
      onRoom.run();
    }
    return taken;
  }

  private void awaitFrameOrEnd(long nanos) throws InterruptedException {
    takerWaits = true;
    try {
      long left = nanos;
      while (frames.isEmpty() && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      takerWaits = false;
    }
  }

  /** How long it has been without room, whatever was taken; 0 when it has room. */
  long fullNanos() {
    lock.lock();
    try {
      return full ? nanoTime.getAsLong() - fullSince : 0;
    } finally {
      lock.unlock();
    }
  }

  /** How many frames wait to be taken. */
  int frames() {
    lock.lock();
    try {
      return frames.size();
    } finally {
      lock.unlock();
    }
  }

  /** The bytes of those. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /** The first end stays. */
  void end(RelayDisconnectedException reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it without what has not been taken. */
  void close(RelayDisconnectedException reason) {
    lock.lock();
    try {
      frames.clear();
      bytes = 0;
      end(reason);
    } finally {
      lock.unlock();
    }
  }
}
