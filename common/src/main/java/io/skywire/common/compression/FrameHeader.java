package io.skywire.common.compression;

/**
 * What a zstd frame says before its data.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878#name-frame-header">RFC 8878, 3.1.1.1</a>
 */
final class FrameHeader {
  private static final int MAGIC = 0xFD2FB528;
  private static final int MAGIC_BYTES = 4;
  private static final int SINGLE_SEGMENT = 1 << 5;

  private FrameHeader() {}

  /**
   * The id of the dictionary that a frame needs; 0 where it names none, or is no frame.
   *
   * @param bytes with the frame, which is {@code length} bytes from {@code from} on
   */
  static int dictionary(byte[] bytes, int from, int length) {
    if (length <= MAGIC_BYTES || littleEndian(bytes, from, MAGIC_BYTES) != MAGIC) {
      return 0;
    }
    int descriptor = bytes[from + MAGIC_BYTES];
    int before = MAGIC_BYTES + 1 + ((descriptor & SINGLE_SEGMENT) == 0 ? 1 : 0);
    int idBytes = (1 << (descriptor & 3)) >> 1;
    return length < before + idBytes ? 0 : littleEndian(bytes, from + before, idBytes);
  }

  private static int littleEndian(byte[] bytes, int from, int count) {
    int value = 0;
    for (int index = count - 1; index >= 0; index--) {
      value = (value << Byte.SIZE) | (bytes[from + index] & 0xFF);
    }
    return value;
  }
}
