package io.skywire.embedded.simulator;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A CIDv1 with a SHA-256 multihash, as the AT Protocol uses it: codec dag-cbor for data, raw for
 * blobs. Immutable; equal by its bytes.
 *
 * @see <a href="https://atproto.com/specs/data-model#link-and-cid-formats">Link and CID formats</a>
 */
public final class Cid {
  /** Version, codec, hash function, hash length, hash. */
  static final int LENGTH = 36;

  private static final byte CODEC_RAW = 0x55;
  private static final byte CODEC_DAG_CBOR = 0x71;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  private final byte[] bytes;
  private final String text;

  private Cid(byte[] bytes) {
    this.bytes = bytes;
    this.text = "b" + base32(bytes);
  }

  /** The CID of a block of DAG-CBOR. */
  static Cid ofDagCbor(byte[] block) {
    return of(CODEC_DAG_CBOR, block);
  }

  /** The CID of a blob. */
  static Cid ofRaw(byte[] blob) {
    return of(CODEC_RAW, blob);
  }

  /** Reads the text form; throws {@link IllegalArgumentException} for anything else. */
  static Cid parse(String text) {
    if (!isCid(text)) {
      throw new IllegalArgumentException("no CIDv1 of the AT Protocol: " + text);
    }
    return new Cid(unbase32(text.substring(1)));
  }

  /** Whether the text is a CIDv1 in base32, with SHA-256 and one of the two codecs. */
  static boolean isCid(String text) {
    if (text.length() != 59 || text.charAt(0) != 'b') {
      return false;
    }
    if (text.chars().skip(1).anyMatch(c -> BASE32.indexOf(c) < 0)) {
      return false;
    }
    byte[] bytes = unbase32(text.substring(1));
    return bytes[0] == 1
        && (bytes[1] == CODEC_RAW || bytes[1] == CODEC_DAG_CBOR)
        && bytes[2] == 0x12
        && bytes[3] == 0x20;
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cid cid && Arrays.equals(bytes, cid.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form: base32, lower case, prefix {@code b}. */
  @Override
  public String toString() {
    return text;
  }

  static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static Cid of(byte codec, byte[] data) {
    byte[] bytes = new byte[LENGTH];
    bytes[0] = 1;
    bytes[1] = codec;
    bytes[2] = 0x12;
    bytes[3] = 0x20;
    System.arraycopy(sha256(data), 0, bytes, 4, 32);
    return new Cid(bytes);
  }

  /** RFC 4648 base32 without padding, lower case. */
  static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int buffer = 0;
    int bits = 0;
    for (byte b : bytes) {
      buffer = (buffer << 8 | (b & 0xff)) & 0xffff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE32.charAt(buffer >> bits & 31));
      }
    }
    if (bits > 0) {
      text.append(BASE32.charAt(buffer << (5 - bits) & 31));
    }
    return text.toString();
  }

  private static byte[] unbase32(String text) {
    byte[] bytes = new byte[text.length() * 5 / 8];
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      buffer = (buffer << 5 | BASE32.indexOf(text.charAt(i))) & 0xffff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (buffer >> bits);
      }
    }
    return bytes;
  }
}
