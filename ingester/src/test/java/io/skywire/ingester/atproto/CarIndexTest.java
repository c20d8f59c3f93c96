package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.FrameBytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CarIndexTest {
  private static final byte[] PREFIX = {1, 0x71, 0x12, 0x20};

  private final CarIndex index = new CarIndex();

  @Test
  void aCarThatIsCutAnywhereHasTheBlocksBeforeTheCut() {
    byte[] one = digest(1);
    byte[] two = digest(2);
    byte[] header = {3, 7, 7, 7};
    byte[] empty = {0};
    // 36 and 3 bytes, 36 and 100 bytes: the second length takes two.
    byte[] first = FrameBytes.concatenated(new byte[] {39}, PREFIX, one, new byte[3]);
    byte[] second =
        FrameBytes.concatenated(new byte[] {(byte) 0x88, 1}, PREFIX, two, new byte[100]);
    byte[] whole = FrameBytes.concatenated(one, two, header, empty, first, second);
    int car = one.length + two.length;
    int firstEnd = whole.length - second.length;
    for (int cut = car; cut <= whole.length; cut++) {
      // Nothing lies behind the cut, then something does that is not the CAR's.
      for (byte[] bytes : new byte[][] {Arrays.copyOf(whole, cut), whole}) {
        index.clear(bytes, 2);
        index.want(0);
        index.want(one.length);
        index.read(car, cut);
        assertThat(isFound(0)).as("first, cut at %d", cut).isEqualTo(cut >= firstEnd);
        assertThat(isFound(one.length)).as("second, cut at %d", cut).isEqualTo(cut == whole.length);
      }
    }
    assertThat(index.length(index.slot(0))).isEqualTo(3);
    assertThat(index.length(index.slot(one.length))).isEqualTo(100);
    assertThat(index.from(index.slot(0))).isEqualTo(firstEnd - 3);
  }

  private boolean isFound(int digestAt) {
    return index.isFound(index.slot(digestAt));
  }

  private static byte[] digest(int of) {
    byte[] digest = new byte[Cid.DIGEST_BYTES];
    Arrays.fill(digest, (byte) of);
    return digest;
  }
}
