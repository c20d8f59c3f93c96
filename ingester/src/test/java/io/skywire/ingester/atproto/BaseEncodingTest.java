package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseEncodingTest {
  @Test
  void base64IsThatOfTheJdkForEachLength() {
    Random random = new Random(4648);
    for (int length = 0; length < 50; length++) {
      byte[] bytes = new byte[length + 3];
      for (int round = 0; round < 50; round++) {
        random.nextBytes(bytes);
        String expected =
            Base64.getEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(bytes, 2, 2 + length));
        // No room behind it: nothing is stored there.
        byte[] target = new byte[7 + expected.length()];
        assertThat(BaseEncoding.base64(bytes, 2, length, target, 7)).isEqualTo(target.length);
        assertThat(new String(target, 7, expected.length(), StandardCharsets.US_ASCII))
            .isEqualTo(expected);
      }
    }
  }

  /** The vectors of RFC 4648, lower case and without padding. */
  @ParameterizedTest
  @CsvSource({
    "'',''",
    "f,my",
    "fo,mzxq",
    "foo,mzxw6",
    "foob,mzxw6yq",
    "fooba,mzxw6ytb",
    "foobar,mzxw6ytboi"
  })
  void base32IsThatOfTheStandard(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(base32(bytes)).isEqualTo(expected);
  }

  @Test
  void base32HasFiveBitsInACharacterForEachLength() {
    Random random = new Random(4648);
    for (int length = 0; length < 50; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(base32(bytes)).isEqualTo(base32BitByBit(bytes));
    }
  }

  private static String base32(byte[] bytes) {
    byte[] source = new byte[2 + bytes.length + 3];
    System.arraycopy(bytes, 0, source, 2, bytes.length);
    byte[] target = new byte[7 + (8 * bytes.length + 4) / 5];
    assertThat(BaseEncoding.base32(source, 2, bytes.length, target, 7)).isEqualTo(target.length);
    return new String(target, 7, target.length - 7, StandardCharsets.US_ASCII);
  }

  private static String base32BitByBit(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 8 * bytes.length; bit += 5) {
      int five = 0;
      for (int i = bit; i < bit + 5; i++) {
        int next = i < 8 * bytes.length ? bytes[i / 8] >> (7 - i % 8) & 1 : 0;
        five = five << 1 | next;
      }
      text.append("abcdefghijklmnopqrstuvwxyz234567".charAt(five));
    }
    return text.toString();
  }
}
