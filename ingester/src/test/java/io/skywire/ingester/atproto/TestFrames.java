package io.skywire.ingester.atproto;

import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Frames to test with, of the simulator's and of our own making. */
public final class TestFrames {
  private static final CBORMapper CBOR = new CBORMapper();

  private TestFrames() {}

  /** The first frames that the relay simulator sends under a fixed seed. */
  static List<byte[]> simulated(int count) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(3).withRate(0).withLimit(count));
        RelayConnection connection =
            RelayConnection.open(relay.uri(), 0L, RelayLimits.defaults(), InstantSource.system())) {
      while (frames.size() < count) {
        frames.addAll(connection.take(count, Long.MAX_VALUE, Duration.ofSeconds(10)));
      }
    }
    return frames;
  }

  public static byte[] info(String name) {
    return concatenated(header("#info"), CBOR.writeValueAsBytes(object("name", name)));
  }

  public static byte[] error(String name) {
    return concatenated(
        CBOR.writeValueAsBytes(CBOR.createObjectNode().put("op", -1)),
        CBOR.writeValueAsBytes(object("error", name)));
  }

  private static JsonNode object(String key, String value) {
    return CBOR.createObjectNode().put(key, value);
  }

  private static byte[] concatenated(byte[] header, byte[] body) {
    return ByteBuffer.allocate(header.length + body.length).put(header).put(body).array();
  }

  /** {@code {"t": type, "op": 1}}. */
  static byte[] header(String type) {
    byte[] text = type.getBytes(StandardCharsets.US_ASCII);
    byte[] header = new byte[4 + text.length + 4];
    header[0] = (byte) 0xa2;
    header[1] = 0x61;
    header[2] = 't';
    header[3] = (byte) (0x60 + text.length);
    System.arraycopy(text, 0, header, 4, text.length);
    byte[] op = {0x62, 'o', 'p', 0x01};
    System.arraycopy(op, 0, header, 4 + text.length, op.length);
    return header;
  }
}
