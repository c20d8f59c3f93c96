package io.skywire.embedded.collector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The fields of one message, one after another. What is not read is passed over.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final ByteBuffer in;
  private int type;
  private boolean read = true;

  ProtobufReader(byte[] message) {
    this(ByteBuffer.wrap(message));
  }

  private ProtobufReader(ByteBuffer in) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The next field's number; 0 after the last. */
  int next() {
    if (!read) {
      pass();
    }
    if (!in.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    type = (int) (tag & 7);
    read = false;
    return (int) (tag >>> 3);
  }

  long number() {
    read = true;
    return varint();
  }

  double real() {
    read = true;
    return in.getDouble();
  }

  ProtobufReader message() {
    return new ProtobufReader(bytes());
  }

  String text() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  String hex() {
    ByteBuffer bytes = bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private ByteBuffer bytes() {
    read = true;
    int length = Math.toIntExact(varint());
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return slice;
  }

  private void pass() {
    switch (type) {
      case VARINT -> varint();
      case FIXED_64 -> in.position(in.position() + Long.BYTES);
      case LENGTH -> bytes();
      case FIXED_32 -> in.position(in.position() + Integer.BYTES);
      default -> throw new IllegalArgumentException("no wire type: " + type);
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
