package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/**
 * Any bytes as a CAR, of which the first bytes tell which digests are wanted: what is found lies in
 * the CAR, right behind a CID with the digest asked for.
 */
public final class CarFuzz {
  private static final int WANTED_MAX = 8;
  private static final CarIndex CAR = new CarIndex();

  private CarFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    int wanted = input.length == 0 ? 0 : (input[0] & 0xFF) % (WANTED_MAX + 1);
    int car = 1 + wanted;
    if (input.length < car + Cid.DIGEST_BYTES) {
      return;
    }
    CAR.clear(input, wanted);
    int[] digests = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      // Anywhere in the CAR, so that a digest that is there is found.
      int places = input.length - Cid.DIGEST_BYTES - car + 1;
      digests[i] = car + (input[1 + i] & 0xFF) * 7 % places;
      CAR.want(digests[i]);
    }
    CAR.read(car, input.length);
    assertThat(CAR.slots()).isLessThanOrEqualTo(wanted);
    for (int digest : digests) {
      int slot = CAR.slot(digest);
      assertThat(slot).isBetween(0, CAR.slots() - 1);
      if (CAR.isFound(slot)) {
        int from = CAR.from(slot);
        assertThat(from - Cid.RECORD_BYTES).isGreaterThanOrEqualTo(car);
        assertThat(from + CAR.length(slot)).isLessThanOrEqualTo(input.length);
        int named = from - Cid.RECORD_BYTES + Cid.DIGEST_AT;
        assertThat(Arrays.copyOfRange(input, named, named + Cid.DIGEST_BYTES))
            .isEqualTo(Arrays.copyOfRange(input, digest, digest + Cid.DIGEST_BYTES));
      }
    }
  }
}
