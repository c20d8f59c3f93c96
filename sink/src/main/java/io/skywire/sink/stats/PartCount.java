package io.skywire.sink.stats;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What one partition adds to a count; its record's timestamp is how far the partition's time has
 * got.
 *
 * @param added 0 where only the time has gone on
 */
record PartCount(int partition, long added) {
  private static final int BYTES = Integer.BYTES + Long.BYTES;

  static Serde<PartCount> serde() {
    return Serdes.serdeFrom((topic, part) -> bytes(part), (topic, bytes) -> of(bytes));
  }

  private static byte[] bytes(PartCount part) {
    return ByteBuffer.allocate(BYTES).putInt(part.partition).putLong(part.added).array();
  }

  private static PartCount of(byte[] bytes) {
    if (bytes == null || bytes.length != BYTES) {
      throw new SerializationException("no count of a partition");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new PartCount(buffer.getInt(), buffer.getLong());
  }
}
