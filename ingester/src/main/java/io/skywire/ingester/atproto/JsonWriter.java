package io.skywire.ingester.atproto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON as UTF-8 bytes in a buffer that grows up to a limit and is reused from event to event. It
 * writes what it is told, commas and brackets included; only {@link #text} looks at the content: it
 * refuses what is no UTF-8 and escapes what JSON demands. One thread. What was written before an
 * exception is taken back with {@link #truncate}.
 */
final class JsonWriter {
  private static final byte[] HEX = ascii("0123456789abcdef");

  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  /** Every reservation includes it: room for quotes and for a whole long stored at the very end. */
  private static final int SLACK = 16;

  private static final int BUFFER_BYTES = 64 * 1024;

  /** A larger buffer is given back after the event that needed it. */
  private static final int BUFFER_BYTES_KEPT = 1024 * 1024;

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;

  private byte[] buffer = new byte[BUFFER_BYTES];
  private int size;
  private int limit = Integer.MAX_VALUE - SLACK;

  /** Up to here nothing needs to be asked: the smaller of the buffer's length and the limit. */
  private int ceiling = buffer.length;

  static byte[] ascii(String constant) {
    return constant.getBytes(StandardCharsets.US_ASCII);
  }

  void clear() {
    size = 0;
    if (buffer.length > BUFFER_BYTES_KEPT) {
      buffer = new byte[BUFFER_BYTES];
    }
    ceiling = Math.min(buffer.length, limit);
  }

  /** What would make it larger than this is refused as {@link DropReason#TOO_LARGE}. */
  void limit(int bytesMax) {
    limit = bytesMax;
    ceiling = Math.min(buffer.length, limit);
  }

  int size() {
    return size;
  }

  void truncate(int to) {
    size = to;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  void raw(byte[] ascii) throws MalformedFrameException {
    reserve(ascii.length);
    System.arraycopy(ascii, 0, buffer, size, ascii.length);
    size += ascii.length;
  }

  void raw(char ascii) throws MalformedFrameException {
    reserve(1);
    buffer[size++] = (byte) ascii;
  }

  void nothing() throws MalformedFrameException {
    raw(NULL);
  }

  void bool(boolean value) throws MalformedFrameException {
    raw(value ? TRUE : FALSE);
  }

  /** Repeats what was written before. */
  void again(int from, int to) throws MalformedFrameException {
    reserve(to - from);
    System.arraycopy(buffer, from, buffer, size, to - from);
    size += to - from;
  }

  void number(long value) throws MalformedFrameException {
    if (value == Long.MIN_VALUE) {
      raw(ascii(Long.toString(value)));
      return;
    }
    reserve(20);
    if (value < 0) {
      buffer[size++] = '-';
      value = -value;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    int at = size += digits;
    do {
      buffer[--at] = (byte) ('0' + value % 10);
      value /= 10;
    } while (value != 0);
  }

  /** An unsigned 64-bit integer. */
  void unsigned(long value) throws MalformedFrameException {
    if (value >= 0) {
      number(value);
    } else {
      raw(ascii(Long.toUnsignedString(value)));
    }
  }

  /** CBOR's negative integer: -1 - argument, the argument being unsigned. */
  void negative(long argument) throws MalformedFrameException {
    if (argument >= 0) {
      number(~argument);
    } else {
      raw(ascii(new BigInteger(Long.toUnsignedString(argument)).not().toString()));
    }
  }

  /** A finite number, in the shortest text that reads back as the same double. */
  void number(double finite) throws MalformedFrameException {
    raw(ascii(Double.toString(finite)));
  }

  /** A CID as a string. */
  void cid(byte[] source, int from, int length) throws MalformedFrameException {
    reserve(Cid.textLength(length) + 2);
    buffer[size++] = '"';
    size = Cid.writeText(source, from, length, buffer, size);
    buffer[size++] = '"';
  }

  /** Base64 without padding, as a string. */
  void base64(byte[] source, int from, int length) throws MalformedFrameException {
    reserve((int) Math.min((long) length * 4 / 3 + 4, Integer.MAX_VALUE / 2));
    buffer[size++] = '"';
    size = BaseEncoding.base64(source, from, length, buffer, size);
    buffer[size++] = '"';
  }

  /** ASCII as a string that holds nothing to escape: what was validated before. */
  @SuppressWarnings("deprecation") // for ASCII it is exact, and the only way without a copy
  void plain(String ascii) throws MalformedFrameException {
    int length = ascii.length();
    reserve(length);
    buffer[size++] = '"';
    ascii.getBytes(0, length, buffer, size);
    size += length;
    buffer[size++] = '"';
  }

  void plainOrNull(@Nullable String ascii) throws MalformedFrameException {
    if (ascii == null) {
      nothing();
    } else {
      plain(ascii);
    }
  }

  /** Text that may need escaping: what is wrong with an op may quote the record's own keys. */
  void text(String text) throws MalformedFrameException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    text(utf8, 0, utf8.length);
  }

  /** UTF-8 as a string: eight plain ASCII bytes at a time, anything else by itself. */
  void text(byte[] source, int from, int to) throws MalformedFrameException {
    reserve(to - from);
    byte[] target = buffer;
    int o = size;
    target[o++] = '"';
    int i = from;
    while (i < to) {
      if (i <= source.length - 8) {
        long eight = Words.eight(source, i);
        // Stored whole: what is special, or beyond the end, is written over.
        Words.putEight(target, o, eight);
        int wanted = Math.min(to - i, 8);
        // Of the bytes wanted, moved to the top.
        long special = special(eight) << (Long.SIZE - 8 * wanted);
        if (special == 0) {
          // Where the next ones are does not depend on these, so the processor does not wait.
          i += wanted;
          o += wanted;
          continue;
        }
        int plain = Long.numberOfTrailingZeros(special) / 8 - (8 - wanted);
        i += plain;
        o += plain;
      }
      int character = source[i];
      if (character < 0) {
        do {
          int next = Utf8.afterCharacter(source, i, to);
          while (i < next) {
            target[o++] = source[i++];
          }
        } while (i < to && source[i] < 0);
      } else if (character >= ' ' && character != '"' && character != '\\') {
        target[o++] = source[i++];
      } else {
        size = o;
        reserve(to - i + 6);
        target = buffer;
        o = escape(character, target, o);
        i++;
      }
    }
    target[o++] = '"';
    size = o;
  }

  /**
   * The lowest bit set tells the first of eight bytes, from the lowest, that a JSON string does not
   * hold as it is or that is no ASCII; 0 if there is none.
   */
  private static long special(long eight) {
    long quote = eight ^ EACH * '"';
    long backslash = eight ^ EACH * '\\';
    // Each term sets the high bit of a byte that is special, and perhaps of bytes above it.
    return (eight
            | (eight - EACH * ' ')
            | ((quote - EACH) & ~quote)
            | ((backslash - EACH) & ~backslash))
        & HIGH;
  }

  private static int escape(int character, byte[] target, int o) {
    target[o++] = '\\';
    switch (character) {
      case '"', '\\' -> target[o++] = (byte) character;
      case '\n' -> target[o++] = 'n';
      case '\r' -> target[o++] = 'r';
      case '\t' -> target[o++] = 't';
      case '\b' -> target[o++] = 'b';
      case '\f' -> target[o++] = 'f';
      default -> {
        target[o++] = 'u';
        target[o++] = '0';
        target[o++] = '0';
        target[o++] = HEX[character >>> 4];
        target[o++] = HEX[character & 15];
      }
    }
    return o;
  }

  private void reserve(int more) throws MalformedFrameException {
    if (ceiling - size < more + SLACK) {
      grow(more + SLACK);
    }
  }

  private void grow(int more) throws MalformedFrameException {
    long needed = (long) size + more;
    if (needed > limit) {
      throw new MalformedFrameException(DropReason.TOO_LARGE, "too large as JSON", size);
    }
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(Math.max(needed, 2L * buffer.length), limit));
    }
    ceiling = Math.min(buffer.length, limit);
  }
}
