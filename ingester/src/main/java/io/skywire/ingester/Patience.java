package io.skywire.ingester;

import io.skywire.ingester.relay.RelayLimits;
import java.time.Duration;

/**
 * How long the ingester waits for others before it begins anew. No settings, since they hang
 * together: Kafka is given up before a full buffer is, and the relay last, so that what has failed
 * is told as what it is. Only tests wait for less.
 *
 * @param pingInterval between pings of ours to the relay
 * @param silenceMax of the relay, and for one frame to arrive whole
 * @param requestMax for one answer of Kafka's
 * @param deliveryMax for a transaction's records, tries included; more than one request takes
 */
public record Patience(
    Duration pingInterval, Duration silenceMax, Duration requestMax, Duration deliveryMax) {
  public static Patience defaults() {
    RelayLimits relay = RelayLimits.defaults();
    return new Patience(
        relay.pingInterval(), relay.silenceMax(), Duration.ofSeconds(10), Duration.ofSeconds(25));
  }
}
