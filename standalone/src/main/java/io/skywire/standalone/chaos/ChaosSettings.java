package io.skywire.standalone.chaos;

/**
 * @param rounds of faults
 * @param seed of the faults and of the relay's events
 * @param rate events a second
 * @param brokers of Kafka: 1, or 3 that replicate
 */
public record ChaosSettings(int rounds, long seed, int rate, int brokers) {
  public static final int RATE = 200;

  /** Partitions of the events' topic. */
  static final int PARTITIONS = 6;
}
