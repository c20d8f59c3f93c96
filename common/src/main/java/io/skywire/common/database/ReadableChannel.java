package io.skywire.common.database;

/** How a sink lets the apis know that there is more to read: {@code NOTIFY} with its commit. */
public final class ReadableChannel {
  /** The channel. Its notifications carry nothing; who hears none looks for itself. */
  public static final String NAME = "skywire_readable";

  private ReadableChannel() {}
}
