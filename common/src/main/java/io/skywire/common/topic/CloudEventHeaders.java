package io.skywire.common.topic;

/**
 * The headers by which events and gaps in {@link Topics#EVENTS} are CloudEvents in binary mode,
 * beside those of {@link EventHeaders}; values are UTF-8 text. A record without them is no event: a
 * watermark, which stands for nothing that has happened. What an attribute says is told once more
 * by the older header, which stays.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding 1.0</a>
 */
public final class CloudEventHeaders {
  /** {@code 1.0}. */
  public static final String SPEC_VERSION = "ce_specversion";

  /**
   * Unique under {@link #SOURCE}: the seq in decimal. An event that takes the place of another has
   * {@code seq/partition:offset} of the dead letter that it was replayed from, since it is not the
   * same event; a gap has {@code gap-from-to}.
   */
  public static final String ID = "ce_id";

  /** {@code wss://} and the relay's name, however the relay is reached. */
  public static final String SOURCE = "ce_source";

  /** {@link #TYPE_PREFIX} and the event's type, or {@code gap}. */
  public static final String TYPE = "ce_type";

  /** The relay's time of the event; absent where it gave none that is a datetime. */
  public static final String TIME = "ce_time";

  /** The repo's DID; absent for an event that names none. */
  public static final String SUBJECT = "ce_subject";

  /** The attribute datacontenttype, {@code application/json}; absent where there is no value. */
  public static final String CONTENT_TYPE = "content-type";

  /** Extension: as {@link EventHeaders#REPLAY}. */
  public static final String REPLAY = "ce_replay";

  /** Extension, of a gap: the last seq before it, in decimal. */
  public static final String FROM_SEQ = "ce_fromseq";

  /** Extension, of a gap: the first seq after it, in decimal. */
  public static final String TO_SEQ = "ce_toseq";

  public static final String TYPE_PREFIX = "io.skywire.";

  private CloudEventHeaders() {}
}
