package io.skywire.embedded.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * Replays a capture's frames, byte for byte, with the seqs that they carry. A frame without one has
 * the seq of the frame before it. Used by one thread.
 */
final class CapturedFrames implements FrameSource {
  private static final CBORFactory CBOR = new CBORFactory();

  private final List<byte[]> frames;
  private int next;
  private long seq;

  CapturedFrames(Capture capture) {
    this.frames = capture.frames();
  }

  @Override
  public @Nullable SimulatedEvent next(Instant time) {
    if (next >= frames.size()) {
      return null;
    }
    byte[] frame = frames.get(next++);
    seq = seq(frame, seq);
    return new SimulatedEvent(seq, "", "", List.of(), frame, null);
  }

  @Override
  public void startAfter(long ordinal) {
    next = (int) Math.min(ordinal, frames.size());
    seq = next == 0 ? 0 : seq(frames.get(next - 1), 0);
  }

  /** The seq in a frame's body, or the other value where there is none. */
  static long seq(byte[] frame, long otherwise) {
    try (JsonParser parser = CBOR.createParser(ObjectReadContext.empty(), frame)) {
      parser.nextToken();
      parser.skipChildren();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return otherwise;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("seq") && value == JsonToken.VALUE_NUMBER_INT) {
          return parser.getLongValue();
        }
        parser.skipChildren();
      }
      return otherwise;
    } catch (JacksonException malformed) {
      return otherwise; // a capture may hold any bytes; they are replayed as they are
    }
  }
}
