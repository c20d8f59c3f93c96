package io.skywire.common.topic;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A seq as the key of a record: 8 bytes big-endian, as Kafka's {@code LongSerializer} writes it.
 */
public final class Seq {
  /** The largest integer that every JSON reader keeps. */
  public static final long MAX = (1L << 53) - 1;

  private Seq() {}

  public static byte[] toKey(long seq) {
    return ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
  }

  /** The seq, 0 to {@link #MAX}; null for a key that is none. */
  public static @Nullable Long ofKey(byte @Nullable [] key) {
    if (key == null || key.length != Long.BYTES) {
      return null;
    }
    long seq = ByteBuffer.wrap(key).getLong();
    return seq < 0 || seq > MAX ? null : (Long) seq;
  }
}
