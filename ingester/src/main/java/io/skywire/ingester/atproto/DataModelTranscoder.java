package io.skywire.ingester.atproto;

/**
 * One value of the AT Protocol's data model, from DAG-CBOR to JSON: links become {@code $link},
 * bytes {@code $bytes}, everything else is kept as it is, floats and maps in disguise included.
 * What DAG-CBOR does not allow is refused with the place. It goes down with a stack of its own, so
 * depth costs no thread stack. One thread; reusable.
 *
 * @see <a href="https://atproto.com/specs/data-model">Data Model</a>
 */
final class DataModelTranscoder {
  /** Most JSON parsers refuse more than 500 levels; the event and a page around it need some. */
  static final int LEVELS_MAX = 490;

  private static final int HALF = 25;
  private static final int SINGLE = 26;
  private static final int DOUBLE = 27;
  private static final int TAG_LINK = 42;

  private static final byte[] LINK = JsonWriter.ascii("{\"$link\":");
  private static final byte[] BYTES = JsonWriter.ascii("{\"$bytes\":");
  private static final byte[] EMPTY_ARRAY = JsonWriter.ascii("[]");
  private static final byte[] EMPTY_MAP = JsonWriter.ascii("{}");

  private final CborReader cbor = new CborReader();
  private final KeyLog keys = new KeyLog();

  /**
   * Of each open array or map: whether it is a map, its items, how many are left, its first key.
   */
  private final boolean[] map = new boolean[LEVELS_MAX];

  private final int[] items = new int[LEVELS_MAX];
  private final int[] left = new int[LEVELS_MAX];
  private final int[] keyMark = new int[LEVELS_MAX];
  private final boolean[] inOrder = new boolean[LEVELS_MAX];
  private int depth;

  /**
   * @param levelsMax how many arrays and maps may be inside one another, at most {@link
   *     #LEVELS_MAX}
   * @return where the value ends
   */
  int transcode(byte[] bytes, int from, int to, int levelsMax, JsonWriter json)
      throws MalformedFrameException {
    cbor.reset(bytes, from, to);
    keys.reset(bytes);
    depth = 0;
    try {
      do {
        boolean opened = value(levelsMax, json);
        while (depth > 0 && left[depth - 1] == 0) {
          close(json);
        }
        if (depth > 0) {
          next(opened, json);
        }
      } while (depth > 0);
    } catch (MalformedFrameException malformed) {
      throw malformed.within(path());
    }
    return cbor.position;
  }

  /** Whether it opened an array or map that has items. */
  private boolean value(int levelsMax, JsonWriter json) throws MalformedFrameException {
    int at = cbor.position;
    cbor.head();
    switch (cbor.major) {
      case CborReader.TEXT -> {
        cbor.takeContent();
        json.text(cbor.bytes, cbor.start, cbor.start + cbor.length);
      }
      case CborReader.MAP, CborReader.ARRAY -> {
        return open(at, levelsMax, json);
      }
      case CborReader.UNSIGNED -> json.unsigned(cbor.argument);
      case CborReader.NEGATIVE -> json.negative(cbor.argument);
      case CborReader.BYTES -> {
        cbor.takeContent();
        json.raw(BYTES);
        json.base64(cbor.bytes, cbor.start, cbor.length);
        json.raw('}');
      }
      case CborReader.TAG -> link(at, json);
      default -> simple(at, json);
    }
    return false;
  }

  private boolean open(int at, int levelsMax, JsonWriter json) throws MalformedFrameException {
    boolean isMap = cbor.major == CborReader.MAP;
    int count = cbor.count();
    if (depth == levelsMax) {
      throw new MalformedFrameException("nested too deep", at);
    }
    if (count == 0) {
      json.raw(isMap ? EMPTY_MAP : EMPTY_ARRAY);
      return false;
    }
    map[depth] = isMap;
    items[depth] = count;
    left[depth] = count;
    keyMark[depth] = keys.size();
    inOrder[depth] = true;
    depth++;
    json.raw(isMap ? '{' : '[');
    return true;
  }

  /** What stands before the next item of the innermost array or map. */
  private void next(boolean isFirst, JsonWriter json) throws MalformedFrameException {
    int level = depth - 1;
    if (!isFirst) {
      json.raw(',');
    }
    left[level]--;
    if (map[level]) {
      int at = cbor.position;
      cbor.head();
      if (cbor.major != CborReader.TEXT) {
        throw new MalformedFrameException("a map key that is no text", at);
      }
      cbor.takeContent();
      inOrder[level] &= keys.add(keyMark[level], cbor.start, cbor.length);
      json.text(cbor.bytes, cbor.start, cbor.start + cbor.length);
      json.raw(':');
    }
  }

  private void close(JsonWriter json) throws MalformedFrameException {
    int level = depth - 1;
    keys.close(keyMark[level], inOrder[level]);
    json.raw(map[level] ? '}' : ']');
    depth = level;
  }

  private void link(int at, JsonWriter json) throws MalformedFrameException {
    if (cbor.argument != TAG_LINK) {
      throw new MalformedFrameException("a tag other than 42", at);
    }
    cbor.linkContent(at);
    if (!Cid.isWellFormed(cbor.bytes, cbor.start, cbor.length)) {
      throw new MalformedFrameException("invalid CID", at);
    }
    json.raw(LINK);
    json.cid(cbor.bytes, cbor.start, cbor.length);
    json.raw('}');
  }

  private void simple(int at, JsonWriter json) throws MalformedFrameException {
    switch (cbor.bytes[at] & 0xFF) {
      case CborReader.FALSE -> json.bool(false);
      case CborReader.TRUE -> json.bool(true);
      case CborReader.NULL -> json.nothing();
      default -> {
        double number =
            switch (cbor.information) {
              case HALF -> Float.float16ToFloat((short) cbor.argument);
              case SINGLE -> Float.intBitsToFloat((int) cbor.argument);
              case DOUBLE -> Double.longBitsToDouble(cbor.argument);
              default ->
                  throw new MalformedFrameException(
                      "a simple value other than true, false, null", at);
            };
        if (!Double.isFinite(number)) {
          throw new MalformedFrameException("a float that is no number", at);
        }
        json.number(number);
      }
    }
  }

  /** Where in the value the reader is: {@code .embed.images[3].alt}. */
  private String path() {
    StringBuilder path = new StringBuilder();
    for (int level = 0; level < depth; level++) {
      if (map[level]) {
        int last = (level + 1 < depth ? keyMark[level + 1] : keys.size()) - 1;
        if (last >= keyMark[level]) {
          long key = keys.get(last);
          path.append(Printable.key(cbor.bytes, ByteRanges.start(key), ByteRanges.length(key)));
        }
      } else {
        path.append('[').append(items[level] - left[level] - 1).append(']');
      }
    }
    return path.toString();
  }
}
