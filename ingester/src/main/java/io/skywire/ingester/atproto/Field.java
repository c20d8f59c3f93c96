package io.skywire.ingester.atproto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The fields of headers, bodies and ops that Skywire reads, found by their names' bytes. */
enum Field {
  OP("op"),
  T("t"),
  SEQ("seq"),
  REPO("repo"),
  DID("did"),
  TIME("time"),
  REV("rev"),
  SINCE("since"),
  COMMIT("commit"),
  PREV_DATA("prevData"),
  TOO_BIG("tooBig"),
  BLOCKS("blocks"),
  OPS("ops"),
  ACTION("action"),
  PATH("path"),
  CID("cid"),
  PREV("prev"),
  HANDLE("handle"),
  ACTIVE("active"),
  STATUS("status"),
  NAME("name"),
  MESSAGE("message"),
  ERROR("error");

  private static final int NAME_BYTES_MAX = 8;

  private static final Field[][] BY_LENGTH = new Field[NAME_BYTES_MAX + 1][];

  static {
    for (int length = 0; length <= NAME_BYTES_MAX; length++) {
      int wanted = length;
      BY_LENGTH[length] =
          Arrays.stream(values()).filter(f -> f.text.length() == wanted).toArray(Field[]::new);
    }
  }

  final String text;

  /** The name's at most eight bytes as a number: one comparison tells two names apart. */
  private final long packed;

  Field(String text) {
    this.text = text;
    this.packed = pack(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
  }

  static @Nullable Field named(byte[] bytes, int from, int length) {
    if (length > NAME_BYTES_MAX) {
      return null;
    }
    long packed = pack(bytes, from, length);
    for (Field field : BY_LENGTH[length]) {
      if (field.packed == packed) {
        return field;
      }
    }
    return null;
  }

  /** Its place in an array with one for each field. */
  @SuppressWarnings("EnumOrdinal") // never stored: it lives as long as the array
  int slot() {
    return ordinal();
  }

  private static long pack(byte[] bytes, int from, int length) {
    if (length > 0 && from <= bytes.length - Long.BYTES) {
      return Words.eight(bytes, from) & -1L >>> (Long.SIZE - 8 * length);
    }
    long packed = 0;
    for (int i = 0; i < length; i++) {
      packed |= (bytes[from + i] & 0xFFL) << (8 * i);
    }
    return packed;
  }
}
