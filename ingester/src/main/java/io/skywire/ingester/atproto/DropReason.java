package io.skywire.ingester.atproto;

/** Why a frame became no event. */
public enum DropReason {
  /** The bytes are no DAG-CBOR, or a field is missing or of another type than the protocol's. */
  MALFORMED("malformed"),
  /** The account's name is no DID. */
  INVALID_DID("invalid_did"),
  /** A header's {@code op} that this version does not know; clients ignore such frames. */
  UNKNOWN_OP("unknown_op"),
  /** A type that this version does not know without a seq to keep it under, or a reserved one. */
  UNKNOWN_TYPE("unknown_type"),
  /** The event's JSON would be larger than {@link FrameDecoder#JSON_BYTES_MAX}. */
  TOO_LARGE("too_large");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** The metric's label. */
  public String label() {
    return label;
  }
}
