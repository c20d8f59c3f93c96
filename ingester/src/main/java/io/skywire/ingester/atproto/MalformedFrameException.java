package io.skywire.ingester.atproto;

/**
 * Bytes that are not what they should be. It has no stack trace, since hostile input must stay
 * cheap; instead it gathers the place on its way up, innermost part first: {@code body.ops[3].cid:
 * no CID link at byte 118}.
 */
final class MalformedFrameException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int PATH_CHARACTERS_MAX = 180;

  private final DropReason reason;
  private final String what;
  private final int at;
  private String path = "";

  /**
   * @param what fixed words
   * @param at the offset in the frame
   */
  MalformedFrameException(String what, int at) {
    this(DropReason.MALFORMED, what, at);
  }

  MalformedFrameException(DropReason reason, String what, int at) {
    super(what, null, false, false);
    this.reason = reason;
    this.what = what;
    this.at = at;
  }

  /** Adds what encloses the place named so far: {@code .key} or {@code [index]}, printable. */
  MalformedFrameException within(String parts) {
    String whole = parts + path;
    // The innermost parts say most.
    int surplus = whole.length() - PATH_CHARACTERS_MAX;
    path = surplus <= 0 ? whole : "..." + whole.substring(surplus);
    return this;
  }

  DropReason reason() {
    return reason;
  }

  /** What is wrong and where. */
  String detail() {
    String place = path.startsWith(".") && !path.startsWith("..") ? path.substring(1) : path;
    return (place.isEmpty() ? what : place + ": " + what) + " at byte " + at;
  }
}
