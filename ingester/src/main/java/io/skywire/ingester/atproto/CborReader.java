package io.skywire.ingester.atproto;

/**
 * A cursor over CBOR in a range of a byte array. It knows heads, lengths and how to step over a
 * value, and refuses what DAG-CBOR has no use for at that level: indefinite lengths, reserved
 * heads, lengths beyond the end. It looks at no text and allocates nothing. One thread; reusable.
 *
 * <p>{@link #head} leaves the item's {@link #major} type and {@link #argument}; {@link #text},
 * {@link #byteString} and {@link #link} leave the content's {@link #start} and {@link #length}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8949">RFC 8949</a>
 */
final class CborReader {
  static final int UNSIGNED = 0;
  static final int NEGATIVE = 1;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int ARRAY = 4;
  static final int MAP = 5;
  static final int TAG = 6;
  static final int SIMPLE = 7;

  static final int FALSE = 0xF4;
  static final int TRUE = 0xF5;
  static final int NULL = 0xF6;

  private static final int TAG_LINK = 42;

  byte[] bytes = {};
  int position;
  int end;

  int major;

  /** The low five bits of the head: tells a float's width from a simple value. */
  int information;

  /** Unsigned; a float's bits. */
  long argument;

  int start;
  int length;

  void reset(byte[] source, int from, int to) {
    bytes = source;
    position = from;
    end = to;
  }

  void head() throws MalformedFrameException {
    int at = position;
    if (at >= end) {
      throw malformed("the bytes end where a value should begin", at);
    }
    int initial = bytes[at] & 0xFF;
    major = initial >>> 5;
    information = initial & 31;
    if (information < 24) {
      argument = information;
      position = at + 1;
    } else {
      longHead(at);
    }
  }

  private void longHead(int at) throws MalformedFrameException {
    if (information > 27) {
      throw malformed(
          information == 31 ? "indefinite length" : "reserved additional information", at);
    }
    int width = 1 << (information - 24);
    if (end - at - 1 < width) {
      throw malformed("the bytes end inside a head", at);
    }
    long value = 0;
    for (int i = 1; i <= width; i++) {
      value = value << 8 | (bytes[at + i] & 0xFF);
    }
    argument = value;
    position = at + 1 + width;
  }

  void text() throws MalformedFrameException {
    content(TEXT, "no text");
  }

  void byteString() throws MalformedFrameException {
    content(BYTES, "no byte string");
  }

  /** A CID link; the content is the CID, without the leading zero, unchecked. */
  void link() throws MalformedFrameException {
    int at = position;
    head();
    if (major != TAG || argument != TAG_LINK) {
      throw malformed("no CID link", at);
    }
    linkContent(at);
  }

  /** What follows tag 42. */
  void linkContent(int tagAt) throws MalformedFrameException {
    content(BYTES, "no byte string in a CID link");
    if (length < 1 || bytes[start] != 0) {
      throw malformed("no leading zero in a CID link", tagAt);
    }
    start++;
    length--;
  }

  private void content(int wanted, String otherwise) throws MalformedFrameException {
    int at = position;
    head();
    if (major != wanted) {
      throw malformed(otherwise, at);
    }
    takeContent();
  }

  /** The content of the text or byte string whose head was just read. */
  void takeContent() throws MalformedFrameException {
    start = position;
    length = bounded(1);
    position += length;
  }

  /**
   * The number of items in the array or map whose head was just read, known to fit in what is left.
   */
  int count() throws MalformedFrameException {
    return bounded(major == MAP ? 2 : 1);
  }

  private int bounded(int bytesEach) throws MalformedFrameException {
    if (Long.compareUnsigned(argument, (end - position) / bytesEach) > 0) {
      throw malformed("a length beyond the end", position);
    }
    return (int) argument;
  }

  /** Steps over one value of any kind and depth, without recursion. */
  void skip() throws MalformedFrameException {
    long pending = 1;
    while (pending > 0) {
      pending--;
      head();
      switch (major) {
        case BYTES, TEXT -> takeContent();
        // Each count is at most the bytes left, so the sum cannot overflow.
        case ARRAY -> pending += count();
        case MAP -> pending += 2L * count();
        case TAG -> pending++;
        default -> {}
      }
    }
  }

  private static MalformedFrameException malformed(String what, int at) {
    return new MalformedFrameException(what, at);
  }
}
