package io.skywire.common.topic;

import io.skywire.common.settings.Variables;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Which partition of {@link Topics#EVENTS} a repo's events are in, and how many there are. */
public final class EventPartitions {
  private EventPartitions() {}

  /** How many partitions the topic is made with. */
  public static int from(Variables variables) {
    return variables.count("SKYWIRE_EVENT_PARTITIONS", 6, 1, 1000);
  }

  /** Kafka's default partitioner (murmur2), on the DID instead of the key. */
  public static int of(String repo, int partitions) {
    return Utils.toPositive(Utils.murmur2(repo.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
