package io.skywire.api.connections;

import java.time.Duration;

/**
 * How long a client may take over what is its part, before it is cut off. No settings: only tests
 * wait for less.
 *
 * @param silenceMax it sends or takes nothing, or has not sent all of a request's head
 * @param takeMax it has not taken what it was sent: a stream's page, or an answer with events. For
 *     8 MiB that is 1 Mbit/s
 */
public record ClientPatience(Duration silenceMax, Duration takeMax) {
  public static ClientPatience defaults() {
    return new ClientPatience(Duration.ofSeconds(20), Duration.ofSeconds(60));
  }
}
