package io.skywire.sink.stats;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A record's key, and where it goes: into the partition of the number that it comes from.
 *
 * @param key as it was
 */
@SuppressWarnings("ArrayRecordComponent") // carried on, never compared
record RoutedKey(String topic, int partition, byte[] key) {
  static Serde<RoutedKey> serde() {
    return Serdes.serdeFrom(
        (topic, key) -> key.key,
        (topic, bytes) -> {
          throw new UnsupportedOperationException("routes are only written");
        });
  }

  static StreamPartitioner<RoutedKey, byte[]> partitioner() {
    return (topic, key, value, partitions) -> Optional.of(Set.of(key.partition));
  }
}
