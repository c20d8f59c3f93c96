package io.skywire.ingester.atproto;

import java.util.Arrays;

/**
 * The keys of the maps being read, to find a key that a map has twice. Keys of an inner map lie
 * above those of the outer one and go when it closes, so that each open map's are together. In
 * DAG-CBOR's order neighbours tell; only a map out of order is sorted, once, when it closes.
 */
final class KeyLog {
  private static final int KEYS = 1024;
  private static final int KEYS_KEPT = 64 * 1024;

  private byte[] bytes = {};
  private long[] keys = new long[KEYS];
  private int size;

  void reset(byte[] source) {
    bytes = source;
    size = 0;
    if (keys.length > KEYS_KEPT) {
      keys = new long[KEYS];
    }
  }

  int size() {
    return size;
  }

  long get(int index) {
    return keys[index];
  }

  /**
   * @param mark the log's size when the map was opened
   * @return whether the key is in order
   */
  boolean add(int mark, int start, int length) throws MalformedFrameException {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
    }
    long key = ByteRanges.of(start, length);
    keys[size++] = key;
    if (size - 1 == mark) {
      return true;
    }
    int order = ByteRanges.compare(bytes, keys[size - 2], key);
    if (order == 0) {
      throw new MalformedFrameException("duplicate map key", start);
    }
    return order < 0;
  }

  /** Takes the map's keys away again. */
  void close(int mark, boolean inOrder) throws MalformedFrameException {
    if (!inOrder) {
      ByteRanges.sort(bytes, keys, mark, size);
      for (int i = mark + 1; i < size; i++) {
        if (ByteRanges.compare(bytes, keys[i - 1], keys[i]) == 0) {
          int later = Math.max(ByteRanges.start(keys[i - 1]), ByteRanges.start(keys[i]));
          throw new MalformedFrameException("duplicate map key", later);
        }
      }
    }
    size = mark;
  }
}
