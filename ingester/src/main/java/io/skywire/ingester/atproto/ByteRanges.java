package io.skywire.ingester.atproto;

import java.util.Arrays;

/**
 * Ranges of one byte array, each packed into a long, and DAG-CBOR's order of them: the shorter one
 * first, then byte by byte. Sorting in place keeps hostile input at n log n without a hash that it
 * could make collide.
 */
final class ByteRanges {
  private ByteRanges() {}

  static long of(int start, int length) {
    return (long) start << 32 | length;
  }

  static int start(long range) {
    return (int) (range >>> 32);
  }

  static int length(long range) {
    return (int) range;
  }

  static int compare(byte[] bytes, long a, long b) {
    int byLength = Integer.compare(length(a), length(b));
    return byLength != 0
        ? byLength
        : Arrays.compareUnsigned(
            bytes, start(a), start(a) + length(a), bytes, start(b), start(b) + length(b));
  }

  /** Heap sort. */
  static void sort(byte[] bytes, long[] ranges, int from, int to) {
    int count = to - from;
    for (int root = count / 2 - 1; root >= 0; root--) {
      siftDown(bytes, ranges, from, root, count);
    }
    for (int last = count - 1; last > 0; last--) {
      long largest = ranges[from];
      ranges[from] = ranges[from + last];
      ranges[from + last] = largest;
      siftDown(bytes, ranges, from, 0, last);
    }
  }

  private static void siftDown(byte[] bytes, long[] heap, int from, int root, int count) {
    long sinking = heap[from + root];
    int hole = root;
    for (int child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
      if (child + 1 < count && compare(bytes, heap[from + child], heap[from + child + 1]) < 0) {
        child++;
      }
      if (compare(bytes, sinking, heap[from + child]) >= 0) {
        break;
      }
      heap[from + hole] = heap[from + child];
      hole = child;
    }
    heap[from + hole] = sinking;
  }

  /**
   * @param ranges sorted
   * @return its index between 0 and count, or -1
   */
  static int find(byte[] bytes, long[] ranges, int count, long wanted) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(bytes, ranges[middle], wanted);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
