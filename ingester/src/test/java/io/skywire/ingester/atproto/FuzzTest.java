package io.skywire.ingester.atproto;

import io.skywire.embedded.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** A few seconds of each fuzzer; {@code SKYWIRE_FUZZ_SECONDS} makes it longer. */
class FuzzTest {
  private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();

  @Test
  void frames() throws Exception {
    print(Fuzzer.run(FrameFuzz.class, TestFrames.simulated(40), WORK));
  }

  @Test
  void cbor() throws Exception {
    JsonNode record =
        JsonMapper.shared()
            .readTree(
                "{\"a\":[1,-2,null,true,false,\"\\u0000é\",{\"\":{}}],\"bb\":1.5,\"ccc\":\"text\"}");
    print(Fuzzer.run(CborFuzz.class, List.of(new CBORMapper().writeValueAsBytes(record)), WORK));
  }

  @Test
  void cars() throws Exception {
    print(
        Fuzzer.run(
            CarFuzz.class,
            TestFrames.simulated(20).stream().map(FuzzTest::asCarFrom).toList(),
            WORK));
  }

  /** The part of a commit's frame from its CAR on, which begins with its roots. */
  private static byte[] asCarFrom(byte[] frame) {
    String latin = new String(frame, StandardCharsets.ISO_8859_1);
    int roots = latin.indexOf("eroots");
    int from = Math.max(0, roots - 3);
    byte[] car = new byte[1 + 8 + frame.length - from];
    car[0] = 8;
    for (int i = 1; i <= 8; i++) {
      car[i] = (byte) (31 * i);
    }
    System.arraycopy(frame, from, car, 9, frame.length - from);
    return car;
  }

  private static void print(String result) {
    System.out.println(result);
  }
}
