package io.skywire.benchmarks.decode;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The blocks of a commit's CAR, for who hashes all of them: Skywire itself looks at those that hold
 * records. Walks the CAR anew each time, as a decoder must. One thread.
 */
final class Blocks {
  private static final CBORFactory CBOR = new CBORFactory();

  /** A CID of version 1: its version, codec, hash, length, and 32 bytes of SHA-256. */
  private static final int CID_BYTES = 36;

  private static final int DIGEST_BYTES = 32;

  private final MessageDigest sha256;
  private final byte[] digest = new byte[DIGEST_BYTES];

  Blocks() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The CAR in a frame; empty when it has none. */
  static byte[] car(byte[] frame) throws IOException {
    // The header's map first, then the body's.
    try (JsonParser parser = CBOR.createParser(ObjectReadContext.empty(), frame)) {
      parser.nextToken();
      parser.skipChildren();
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME && parser.currentName().equals("blocks")) {
          parser.nextToken();
          return parser.getBinaryValue();
        }
        if (token == JsonToken.START_ARRAY) {
          parser.skipChildren();
        }
      }
    }
    return new byte[0];
  }

  /**
   * Hashes every block of a CAR.
   *
   * @return how many there are
   * @throws IllegalStateException when one is not what its CID says
   */
  int verify(byte[] car) {
    int blocks = 0;
    int position = sectionEnd(car, 0);
    while (position < car.length) {
      int from = sectionFrom(car, position);
      int end = sectionEnd(car, position);
      sha256.update(car, from + CID_BYTES, end - from - CID_BYTES);
      try {
        sha256.digest(digest, 0, DIGEST_BYTES);
      } catch (java.security.DigestException impossible) {
        throw new IllegalStateException(impossible);
      }
      int digestAt = from + CID_BYTES - DIGEST_BYTES;
      if (!Arrays.equals(digest, 0, DIGEST_BYTES, car, digestAt, digestAt + DIGEST_BYTES)) {
        throw new IllegalStateException("a block is not what its CID says");
      }
      blocks++;
      position = end;
    }
    return blocks;
  }

  private static int sectionFrom(byte[] car, int position) {
    int at = position;
    while (at < car.length && car[at] < 0) {
      at++;
    }
    return at + 1;
  }

  private static int sectionEnd(byte[] car, int position) {
    if (position >= car.length) {
      return car.length;
    }
    int length = 0;
    int from = sectionFrom(car, position);
    for (int at = position; at < from; at++) {
      length |= (car[at] & 0x7F) << (7 * (at - position));
    }
    return from + length;
  }
}
