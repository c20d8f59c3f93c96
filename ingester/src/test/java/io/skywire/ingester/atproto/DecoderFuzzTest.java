package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.embedded.fuzz.Fuzzer;
import io.skywire.embedded.relay.FrameBytes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A few seconds of each fuzzer; {@code SKYWIRE_FUZZ_SECONDS} makes it longer. What each begins with
 * is taken or refused as it should be: a fuzzer of a target that refuses everything finds nothing.
 */
class DecoderFuzzTest {
  private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();

  @Test
  void framesToBeginWithAreEventsOrNone() throws Exception {
    for (byte[] frame : FuzzSeeds.frames()) {
      assertThat(ReadFrame.of(frame)).isNotNull();
      assertThat(FrameFuzz.check(frame))
          .isInstanceOfSatisfying(Event.class, event -> assertThat(event.flaw()).isNull());
    }
    for (byte[] frame : FuzzSeeds.flawedFrames()) {
      assertThat(ReadFrame.of(frame)).isNotNull();
      assertThat(FrameFuzz.check(frame))
          .isInstanceOfSatisfying(Event.class, event -> assertThat(event.flaw()).isNotNull());
    }
    for (byte[] frame : FuzzSeeds.noEvents()) {
      assertThat(FrameFuzz.check(frame)).isInstanceOf(Drop.class);
    }
    assertThat(FrameFuzz.check(FrameBytes.info("a"))).isEqualTo(new Info("a", null));
    assertThat(FrameFuzz.check(FrameBytes.error("b"))).isEqualTo(new RelayError("b", null));
  }

  /** Else the fuzzer of frames might compare nothing. */
  @Test
  void anEventThatSaysSomethingElseThanItsFrameIsNoticed() {
    Map<String, Object> body = Map.of("seq", 5, "did", "did:plc:a", "time", "", "rev", "3k");
    ReadFrame read = Objects.requireNonNull(ReadFrame.of(FrameBytes.message("#sync", body)));
    for (String other : List.of("seq", "did", "time", "rev")) {
      Map<String, Object> changed = new HashMap<>(body);
      changed.put(other, other.equals("seq") ? 6 : "did:plc:b");
      Decoded decoded = FrameFuzz.decode(FrameBytes.message("#sync", changed));
      assertThat(decoded).isInstanceOf(Event.class);
      assertThatThrownBy(() -> read.assertSays(decoded))
          .as(other)
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void frames() throws Exception {
    print(
        Fuzzer.run(
            FrameFuzz.class,
            together(List.of(FuzzSeeds.frames(), FuzzSeeds.flawedFrames(), FuzzSeeds.noEvents())),
            WORK));
  }

  @Test
  void cborToBeginWithIsTakenOrRefused() {
    FuzzSeeds.cbor().forEach(cbor -> assertThat(CborFuzz.isTaken(cbor)).isTrue());
    FuzzSeeds.noDagCbor().forEach(cbor -> assertThat(CborFuzz.isTaken(cbor)).isFalse());
  }

  @Test
  void cbor() throws Exception {
    print(
        Fuzzer.run(
            CborFuzz.class, together(List.of(FuzzSeeds.cbor(), FuzzSeeds.noDagCbor())), WORK));
  }

  @Test
  void blocksOfCarsToBeginWithAreFoundOrNot() throws Exception {
    for (byte[] input : FuzzSeeds.cars()) {
      assertThat(CarFuzz.found(input)).isPositive().isEqualTo(CarFuzz.wanted(input));
    }
    for (byte[] input : FuzzSeeds.carsWithoutTheBlock()) {
      assertThat(CarFuzz.wanted(input)).isPositive();
      assertThat(CarFuzz.found(input)).isZero();
    }
  }

  @Test
  void cars() throws Exception {
    print(
        Fuzzer.run(
            CarFuzz.class,
            together(List.of(FuzzSeeds.cars(), FuzzSeeds.carsWithoutTheBlock())),
            WORK));
  }

  private static List<byte[]> together(List<List<byte[]>> seeds) {
    return seeds.stream().flatMap(List::stream).toList();
  }

  private static void print(String result) {
    System.out.println(result);
  }
}
