package io.skywire.embedded.network;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * @see <a href="https://kafka.apache.org/protocol#protocol_messages">Kafka protocol: request
 *     header</a>
 */
final class KafkaRequests implements RequestReader {
  private static final int SIZE_AND_KEY = Integer.BYTES + Short.BYTES;

  @Override
  public @Nullable Request next(byte[] bytes, int from, int available) {
    if (available < SIZE_AND_KEY) {
      return null;
    }
    ByteBuffer head = ByteBuffer.wrap(bytes, from, available);
    long size = (long) Integer.BYTES + Math.max(Short.BYTES, head.getInt());
    short key = head.getShort();
    return new Request(ApiKeys.hasId(key) ? ApiKeys.forId(key).name : "", size);
  }
}
