package io.skywire.ingester.atproto;

/**
 * The syntax of an NSID: a reversed domain of at least two segments, then a name.
 *
 * @see <a href="https://atproto.com/specs/nsid">NSID</a>
 */
final class Nsid {
  private static final int CHARACTERS_MAX = 317;
  private static final int SEGMENT_CHARACTERS_MAX = 63;
  private static final int SEGMENTS_MIN = 3;

  private Nsid() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    if (to - from > CHARACTERS_MAX || from == to || Ascii.isDigit(bytes[from])) {
      return false;
    }
    int segments = 1;
    int segment = from;
    boolean hyphenated = false;
    for (int i = from; i < to; i++) {
      byte character = bytes[i];
      if (character == '.') {
        if (!isSegment(bytes, segment, i)) {
          return false;
        }
        segments++;
        segment = i + 1;
        hyphenated = false;
      } else if (character == '-') {
        hyphenated = true;
      } else if (!Ascii.isAlphanumeric(character)) {
        return false;
      }
    }
    // The name knows no hyphen and does not begin with a digit.
    return segments >= SEGMENTS_MIN
        && !hyphenated
        && isSegment(bytes, segment, to)
        && !Ascii.isDigit(bytes[segment]);
  }

  private static boolean isSegment(byte[] bytes, int from, int to) {
    return to > from
        && to - from <= SEGMENT_CHARACTERS_MAX
        && bytes[from] != '-'
        && bytes[to - 1] != '-';
  }
}
