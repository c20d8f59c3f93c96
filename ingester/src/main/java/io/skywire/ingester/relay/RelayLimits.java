package io.skywire.ingester.relay;

import java.time.Duration;

/**
 * What one session may use.
 *
 * @param framesMax frames between socket and taker; the socket is not read while they are there
 * @param bytesMax the same in bytes, exceeded by less than one frame
 * @param frameBytesMax a longer frame is delivered cut to this; one {@link #ENDLESS_FACTOR} times
 *     as long ends the session
 * @param connectTimeout for name, TCP, TLS and WebSocket handshake together
 * @param pingInterval between pings of ours
 * @param silenceMax without frame, ping or pong, and for one frame to arrive whole
 * @param fullMax how long a full buffer may stay without room, and so the socket unread
 */
public record RelayLimits(
    int framesMax,
    long bytesMax,
    int frameBytesMax,
    Duration connectTimeout,
    Duration pingInterval,
    Duration silenceMax,
    Duration fullMax) {

  static final int ENDLESS_FACTOR = 16;

  /** The protocol's 5 MB is a frame's body in some relays: leaves room for the header. */
  private static final int HEADER_ALLOWANCE = 64 * 1024;

  public RelayLimits {
    requirePositive("framesMax", framesMax);
    requirePositive("bytesMax", bytesMax);
    requirePositive("frameBytesMax", frameBytesMax);
    requirePositive("connectTimeout", connectTimeout.toMillis());
    requirePositive("pingInterval", pingInterval.toMillis());
    requirePositive("silenceMax", silenceMax.toMillis());
    requirePositive("fullMax", fullMax.toMillis());
  }

  public static RelayLimits defaults() {
    return new RelayLimits(
        2_000,
        64L * 1024 * 1024,
        5 * 1024 * 1024 + HEADER_ALLOWANCE,
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30));
  }

  /** These limits with other bounds of what waits to be taken. */
  public RelayLimits withBuffer(int frames, long bytes, Duration full) {
    return new RelayLimits(
        frames, bytes, frameBytesMax, connectTimeout, pingInterval, silenceMax, full);
  }

  /** These limits with other bounds of a relay that says nothing, or does not end a frame. */
  public RelayLimits withSilence(Duration ping, Duration silence) {
    return new RelayLimits(
        framesMax, bytesMax, frameBytesMax, connectTimeout, ping, silence, fullMax);
  }

  long endlessBytes() {
    return (long) ENDLESS_FACTOR * frameBytesMax;
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", expected more than 0");
    }
  }
}
