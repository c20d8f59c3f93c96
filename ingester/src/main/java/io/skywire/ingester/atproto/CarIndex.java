package io.skywire.ingester.atproto;

/**
 * Where the wanted blocks of a CAR are. Only blocks that an op names are looked for, by the digest
 * of their CID; MST nodes are stepped over. A CAR that breaks half-way keeps the blocks before the
 * break; of two blocks with one CID the first counts. One pass over the blocks with a binary search
 * each. One thread; reusable: {@link #clear}, {@link #want} everything, {@link #read}, then ask.
 *
 * @see <a href="https://ipld.io/specs/transport/car/carv1/">CAR v1</a>
 */
final class CarIndex {
  private static final int BLOCKS = 16;
  private static final int BLOCKS_KEPT = 1024;
  private static final int LENGTH_BYTES_MAX = 5;
  private static final int BROKEN = -1;

  private byte[] bytes = {};

  /** Ranges of digests; sorted and distinct once read. A digest's index is its block's slot. */
  private long[] wanted = new long[BLOCKS];

  private int count;

  /** Ranges of the blocks' data by slot; 0 for a block that is not there. */
  private long[] blocks = new long[BLOCKS];

  private int position;

  /**
   * @param digestsMax how many will be wanted
   */
  void clear(byte[] frame, int digestsMax) {
    bytes = frame;
    if (digestsMax > wanted.length || wanted.length > BLOCKS_KEPT) {
      int capacity = Math.max(BLOCKS, digestsMax);
      wanted = new long[capacity];
      blocks = new long[capacity];
    }
    count = 0;
  }

  void want(int digestAt) {
    wanted[count++] = ByteRanges.of(digestAt, Cid.DIGEST_BYTES);
  }

  /** Finds the wanted blocks in the CAR of this range. */
  void read(int from, int to) {
    sortWanted();
    position = from;
    // The header holds nothing that is needed: a block proves itself by its digest.
    int end = sectionEnd(to);
    int missing = count;
    while (end != BROKEN && end < to && missing > 0) {
      position = end;
      end = sectionEnd(to);
      if (end != BROKEN && Cid.startsAsRecord(bytes, position, end - position)) {
        int slot = slot(position + Cid.DIGEST_AT);
        if (slot >= 0 && blocks[slot] == 0) {
          int data = position + Cid.RECORD_BYTES;
          blocks[slot] = ByteRanges.of(data, end - data);
          missing--;
        }
      }
    }
  }

  /** Different digests that are wanted, once read. */
  int slots() {
    return count;
  }

  /** The slot of a digest, or -1 of one that is not wanted. */
  int slot(int digestAt) {
    return ByteRanges.find(bytes, wanted, count, ByteRanges.of(digestAt, Cid.DIGEST_BYTES));
  }

  boolean isFound(int slot) {
    return blocks[slot] != 0;
  }

  int from(int slot) {
    return ByteRanges.start(blocks[slot]);
  }

  int length(int slot) {
    return ByteRanges.length(blocks[slot]);
  }

  private void sortWanted() {
    ByteRanges.sort(bytes, wanted, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || ByteRanges.compare(bytes, wanted[distinct - 1], wanted[i]) != 0) {
        wanted[distinct++] = wanted[i];
      }
    }
    count = distinct;
    for (int slot = 0; slot < count; slot++) {
      blocks[slot] = 0;
    }
  }

  /** Reads a section's length, moves behind it and tells where the section ends. */
  private int sectionEnd(int to) {
    long length = 0;
    for (int i = 0; i < LENGTH_BYTES_MAX && position < to; i++) {
      byte next = bytes[position++];
      length |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return length <= to - position ? position + (int) length : BROKEN;
      }
    }
    return BROKEN;
  }
}
