package io.skywire.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param rounds of faults
 * @param seed of the faults and of the relay's events
 * @param rate events a second
 * @param brokers of Kafka: 1, or 3 that replicate
 * @param patience how long everything may take to come out after a round's faults
 * @param beside the folder of another release, unpacked, whose processes take turns with those of
 *     this one; null for this one alone
 */
public record ChaosSettings(
    int rounds, long seed, int rate, int brokers, Duration patience, @Nullable Path beside) {
  public static final int RATE = 200;

  /** Three times what recovery takes on two cores that have little else to do. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Partitions of the events' topic. */
  static final int PARTITIONS = 6;
}
