package io.skywire.common.topic;

/** Headers of the records in {@link Topics#EVENTS}; values are UTF-8 text. */
public final class EventHeaders {
  /**
   * {@code commit}, {@code sync}, {@code identity}, {@code account}, …, or {@link #WATERMARK} or
   * {@link #GAP}.
   */
  public static final String EVENT_TYPE = "event_type";

  /** The repo's DID; absent for an event that names none. */
  public static final String REPO = "repo";

  /** The distinct valid collections of the commit's ops, comma separated; absent without any. */
  public static final String COLLECTIONS = "collections";

  /**
   * What a commit's ops do to which collections, see {@link OpCount}; empty for a commit without
   * ops, absent for other events, and for those that were written before there was such a header.
   */
  public static final String OPS = "ops";

  /** The relay's time, as an ISO 8601 datetime; absent when the relay's is no such text. */
  public static final String TIME = "time";

  /**
   * A seq in decimal: this partition holds every event of its repos at or below it. Also the {@link
   * #EVENT_TYPE} of a record without a value that only carries a watermark, in its key.
   */
  public static final String WATERMARK = "watermark";

  /**
   * Of the watermark records with which a topic begins, a seq in decimal: what is below it was not
   * asked for. Who has read another topic before, up to an earlier seq, has lost what is between.
   */
  public static final String BEGINS = "begins";

  /**
   * What a replayed dead letter's event is to earlier readers, see {@link Replay}; absent of all
   * others. Such an event is out of its repo's order, and its seq is below the watermark.
   */
  public static final String REPLAY = "replay";

  /**
   * The ingester's span of the transaction, while its traces are on. Not CloudEvents' extension of
   * this name ({@code ce_traceparent}), which is for hops that change the header on the way: Kafka
   * does not, and this one is what OpenTelemetry's instrumentations of Kafka clients look for.
   *
   * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>
   */
  public static final String TRACEPARENT = "traceparent";

  /** The {@link #EVENT_TYPE} of a record without a value that tells of a {@link Gap}. */
  public static final String GAP = "gap";

  private EventHeaders() {}
}
