package io.skywire.api.events;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a page, written by one thread and then shared by all who send them. They are in
 * arrays of moderate size, so that none has to grow, and to the garbage collector they are nothing
 * out of the ordinary; a long piece has an array to itself.
 */
final class PageBytes {
  private static final int ARRAY_BYTES_MAX = 64 * 1024;

  /** Of the first array, since a page may be short; the next ones double. */
  private static final int ARRAY_BYTES_MIN = 4 * 1024;

  /** So that no more than a quarter of an array is left empty. */
  private static final int ALONE_BYTES_MIN = ARRAY_BYTES_MAX / 4;

  private static final class Part {
    private final byte[] array;
    private final int from;
    private int to;

    private Part(byte[] array, int from, int to) {
      this.array = array;
      this.from = from;
      this.to = to;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private int length;

  /** Of short pieces. */
  private byte[] open = {};

  private int used;
  private int next = ARRAY_BYTES_MIN;

  /** Where the piece goes that was reserved last. */
  private byte[] array = open;

  private int at;
  private boolean isAlone;

  /** The part that ends where this piece begins, if one does. */
  private @Nullable Part before;

  /** Room for a piece of at most this length, in {@link #array}; where it begins there. */
  int reserve(int bytes) {
    isAlone = bytes >= ALONE_BYTES_MIN;
    if (isAlone) {
      array = new byte[bytes];
      at = 0;
      before = null;
      return at;
    }
    if (bytes > open.length - used) {
      open = new byte[Math.max(bytes, next)];
      used = 0;
      next = Math.min(2 * next, ARRAY_BYTES_MAX);
      before = null;
    }
    array = open;
    at = used;
    return at;
  }

  /** Where there is room; another one after each {@link #reserve}. */
  byte[] array() {
    return array;
  }

  /** The piece that was reserved last is there, and so long. */
  void wrote(int bytes) {
    if (before != null) {
      before.to += bytes;
    } else {
      Part part = new Part(array, at, at + bytes);
      parts.add(part);
      before = isAlone ? null : part;
    }
    used += isAlone ? 0 : bytes;
    length = Math.addExact(length, bytes);
  }

  /** All of it, below a head; nothing is written any more. */
  PageBytes under(byte[] head) {
    if (head.length > 0) {
      parts.addFirst(new Part(head, 0, head.length));
      length = Math.addExact(length, head.length);
    }
    return this;
  }

  int length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    for (Part part : parts) {
      out.write(part.array, part.from, part.to - part.from);
    }
  }
}
