package io.skywire.ingester.atproto;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the fuzzers begin with: of each kind some that are taken and some that are refused. */
final class FuzzSeeds {
  private static final String PATH = "a.b.c/one";
  private static final Map<String, Object> RECORD = Map.of("text", "hello");

  private FuzzSeeds() {}

  /** Each an event without a flaw. */
  static List<byte[]> frames() throws Exception {
    List<byte[]> frames = new ArrayList<>(TestFrames.simulated(40));
    frames.add(new CommitFrame().create(PATH, RECORD).delete("d.e.f/two").bytes());
    frames.add(new CommitFrame().tooBig().bytes());
    frames.add(
        FrameBytes.message(
            "#later", Map.of("seq", 5, "repo", "did:plc:a", "news", List.of(1, "x"))));
    for (String type : List.of("#identity", "#account", "#sync")) {
      frames.add(
          FrameBytes.message(
              type,
              Map.of(
                  "seq", 5,
                  "did", "did:plc:a",
                  "time", "2026-07-04T14:38:08.999Z",
                  "handle", "a.example",
                  "active", true,
                  "rev", "3k")));
    }
    return frames;
  }

  /** Each an event with an op that is marked. */
  static List<byte[]> flawedFrames() {
    return List.of(
        new CommitFrame().create("no path", RECORD).bytes(),
        new CommitFrame().createWithoutBlock(PATH, RECORD).bytes(),
        new CommitFrame().createOfBytes(PATH, hex("a1 6178 f97e00")).bytes(),
        new CommitFrame()
            .blockInDisguise(RECORD, Map.of("text", "forged"))
            .createWithoutBlock(PATH, RECORD)
            .bytes());
  }

  static List<byte[]> noEvents() {
    byte[] whole = new CommitFrame().create(PATH, RECORD).bytes();
    return List.of(
        new byte[0],
        "<html>".getBytes(StandardCharsets.UTF_8),
        Arrays.copyOf(whole, whole.length / 2),
        FrameBytes.concatenated(whole, new byte[1]),
        new CommitFrame().seq(0).bytes(),
        new CommitFrame().repo("alice").bytes(),
        FrameBytes.message("#watermark", Map.of("seq", 5)),
        FrameBytes.concatenated(
            FrameBytes.encode(Map.of("op", 2, "t", "#commit")),
            FrameBytes.encode(Map.of("seq", 5))));
  }

  static List<byte[]> cbor() {
    JsonNode record =
        Corpus.JSON.readTree(
            "{\"a\":[1,-2,null,true,false,\"\\u0000é\",{\"\":{}}],\"bb\":15,\"ccc\":\"text\"}");
    List<byte[]> values = new ArrayList<>(List.of(RandomValues.toCbor(record)));
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      values.add(RandomValues.toCbor(RandomValues.next(random, 4)));
    }
    Stream.of("a2 626262 02 6161 01", "1bffffffffffffffff", "d82a4a000155000568656c6c6f", "4101")
        .map(FuzzSeeds::hex)
        .forEach(values::add);
    return values;
  }

  static List<byte[]> noDagCbor() {
    return Stream.of(
            "f97e00",
            "fb7ff0000000000000",
            "f7",
            "c001",
            "d82a4100",
            "a10101",
            "a2 6161 01 6161 02",
            "bf 6161 01 ff",
            "7f 6161 ff",
            "63eda080",
            "62c080",
            "5b7fffffffffffffff",
            "81".repeat(DataModelTranscoder.LEVELS_MAX + 1) + "00")
        .map(FuzzSeeds::hex)
        .toList();
  }

  /** Inputs of which every wanted block is there. */
  static List<byte[]> cars() throws Exception {
    List<byte[]> inputs = new ArrayList<>();
    for (byte[] frame : TestFrames.simulated(20)) {
      JsonNode blocks = Objects.requireNonNull(ReadFrame.of(frame)).body().path("blocks");
      byte[] car = blocks.isBinary() ? blocks.binaryValue() : new byte[0];
      List<Integer> digestsAt = digestsAt(car);
      if (!digestsAt.isEmpty()) {
        inputs.add(CarFuzz.input(car, digestsAt));
      }
    }
    return inputs;
  }

  static List<byte[]> carsWithoutTheBlock() throws Exception {
    JsonNode body =
        Objects.requireNonNull(ReadFrame.of(new CommitFrame().create(PATH, RECORD).bytes())).body();
    byte[] car = body.path("blocks").binaryValue();
    return List.of(
        // In the CAR's header, where no block's digest is, and of the last block, which is cut.
        CarFuzz.input(car, List.of(0)),
        CarFuzz.input(Arrays.copyOf(car, car.length - 1), digestsAt(car)));
  }

  private static List<Integer> digestsAt(byte[] car) {
    return CarBlocks.of(car, 0, car.length).keySet().stream()
        .map(ByteBuffer::arrayOffset)
        .limit(CarFuzz.WANTED_MAX)
        .toList();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
