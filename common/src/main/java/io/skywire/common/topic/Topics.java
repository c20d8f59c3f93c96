package io.skywire.common.topic;

/** The topics' names. */
public final class Topics {
  /** Events: key seq ({@code LongSerializer}), value the event's JSON. */
  public static final String EVENTS = "skywire.events";

  /**
   * What the ingester says of itself every second: key relay host, value {@link IngesterStatus}.
   */
  public static final String STATUS = "skywire.status";

  /** The committed cursor: key relay host; written in the transaction of the events it covers. */
  public static final String CURSOR = "skywire.cursor";

  /** What could not become an event, or an event in part: key seq or null, value the raw bytes. */
  public static final String DEAD_LETTERS = "skywire.dead-letters";

  /**
   * Events a minute by what they are, each count whenever it grows: key and value of {@link
   * MinuteCount}.
   */
  public static final String STATS = "skywire.stats";

  private Topics() {}
}
