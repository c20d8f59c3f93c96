package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.OpTally;
import io.skywire.common.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Takes the JSON off the events that nobody will read it of, before a record is made of them: Kafka
 * Streams keeps hundreds of records before it looks at them, and each may have 15 MiB. A commit of
 * an older ingester, without {@link EventHeaders#OPS}, is given that header first. One thread.
 */
final class LeanRecords implements Deserializer<byte[]> {
  /** Instead of a value that was taken off: an event still has one. */
  static final byte[] TAKEN_OFF = new byte[0];

  private final Routes routes;

  LeanRecords(Routes routes) {
    this.routes = routes;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer value) {
    if (value == null || !topic.equals(Topics.EVENTS) || isRouted(headers)) {
      return Utils.toNullableArray(value);
    }
    if (lacksOps(headers)) {
      OpTally tally = OpReader.ofJson(Utils.toArray(value));
      String ops = tally == null ? "" : tally.header();
      headers.add(EventHeaders.OPS, ops.getBytes(StandardCharsets.UTF_8));
    }
    return TAKEN_OFF;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, byte @Nullable [] value) {
    return value;
  }

  private static boolean lacksOps(Headers headers) {
    return headers.lastHeader(EventHeaders.OPS) == null
        && "commit".equals(TopicRecord.text(headers, EventHeaders.EVENT_TYPE));
  }

  private boolean isRouted(Headers headers) {
    String collections =
        routes.isEmpty() ? null : TopicRecord.text(headers, EventHeaders.COLLECTIONS);
    return collections != null && !routes.topicsOf(collections).isEmpty();
  }
}
