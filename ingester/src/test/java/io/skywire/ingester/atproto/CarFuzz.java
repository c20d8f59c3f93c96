package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Any bytes as a CAR, behind a byte that tells how many digests are wanted and two for each that
 * tell where in the CAR it stands: what is found, and where, is what {@link CarBlocks} finds.
 */
public final class CarFuzz {
  static final int WANTED_MAX = 8;
  private static final CarIndex CAR = new CarIndex();

  private CarFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    found(input);
  }

  /**
   * @param digestsAt at most {@link #WANTED_MAX}
   */
  static byte[] input(byte[] car, List<Integer> digestsAt) {
    ByteBuffer input = ByteBuffer.allocate(1 + Short.BYTES * digestsAt.size() + car.length);
    input.put((byte) digestsAt.size());
    digestsAt.forEach(at -> input.putShort((short) (int) at));
    return input.put(car).array();
  }

  static int wanted(byte[] input) {
    return input.length == 0 ? 0 : (input[0] & 0xFF) % (WANTED_MAX + 1);
  }

  /** How many of the wanted are there. */
  static int found(byte[] input) {
    int wanted = wanted(input);
    int car = 1 + Short.BYTES * wanted;
    int places = input.length - Cid.DIGEST_BYTES - car + 1;
    if (places <= 0) {
      return 0;
    }
    CAR.clear(input, wanted);
    int[] digests = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      int at = ByteBuffer.wrap(input).getShort(1 + Short.BYTES * i) & 0xFFFF;
      digests[i] = car + at % places;
      CAR.want(digests[i]);
    }
    CAR.read(car, input.length);
    assertThat(CAR.slots()).isLessThanOrEqualTo(wanted);
    Map<ByteBuffer, ByteBuffer> blocks = CarBlocks.of(input, car, input.length);
    int found = 0;
    for (int digest : digests) {
      int slot = CAR.slot(digest);
      assertThat(slot).isBetween(0, CAR.slots() - 1);
      ByteBuffer block = blocks.get(ByteBuffer.wrap(input, digest, Cid.DIGEST_BYTES));
      assertThat(CAR.isFound(slot)).isEqualTo(block != null);
      if (block != null) {
        assertThat(CAR.from(slot)).isEqualTo(block.arrayOffset());
        assertThat(CAR.length(slot)).isEqualTo(block.remaining());
        found++;
      }
    }
    return found;
  }
}
