package io.skywire.ingester.atproto;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All blocks of a CAR that are named as records are, read without any of the decoder's means: their
 * data by their digests, both in place. A CAR that breaks half-way has the blocks before the break;
 * of two blocks with one CID the first counts.
 */
final class CarBlocks {
  /** Version 1, dag-cbor, SHA-256 of 32 bytes. */
  private static final int RECORD = 0x01_71_12_20;

  private static final int DIGEST_BYTES = 32;

  /** More bytes than the length of anything that fits into a frame has. */
  private static final int LENGTH_BYTES_MAX = 5;

  private CarBlocks() {}

  static Map<ByteBuffer, ByteBuffer> of(byte[] bytes, int from, int to) {
    Map<ByteBuffer, ByteBuffer> blocks = new LinkedHashMap<>();
    ByteBuffer car = ByteBuffer.wrap(bytes, from, to - from);
    ByteBuffer section = section(car);
    while (section != null && car.hasRemaining()) {
      section = section(car);
      int head = Integer.BYTES + DIGEST_BYTES;
      if (section != null && section.remaining() >= head && section.getInt(0) == RECORD) {
        blocks.putIfAbsent(
            section.slice(Integer.BYTES, DIGEST_BYTES),
            section.slice(head, section.remaining() - head));
      }
    }
    return blocks;
  }

  /** Null where the CAR breaks. */
  private static @Nullable ByteBuffer section(ByteBuffer car) {
    long length = 0;
    for (int digit = 0; digit < LENGTH_BYTES_MAX && car.hasRemaining(); digit++) {
      byte next = car.get();
      length += (next & 0x7FL) << (7 * digit);
      if (next >= 0) {
        if (length > car.remaining()) {
          return null;
        }
        ByteBuffer section = car.slice(car.position(), (int) length);
        car.position(car.position() + (int) length);
        return section;
      }
    }
    return null;
  }
}
