package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

/**
 * Any bytes as a frame: a valid answer, which says what an independent reader finds in the frame,
 * the same when asked again, and the same without the CIDs' check where it found no flaw.
 */
public final class FrameFuzz {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");
  private static final FrameDecoder DECODER = new FrameDecoder();
  private static final FrameDecoder UNCHECKED = FrameDecoder.withoutCidChecks();

  private FrameFuzz() {}

  public static void fuzzerTestOneInput(byte[] frame) throws Exception {
    check(frame);
  }

  static Decoded decode(byte[] frame) {
    return DECODER.decode(frame, NOW);
  }

  static Decoded check(byte[] frame) throws Exception {
    Decoded decoded = Answers.check(decode(frame));
    Decoded again = decode(frame);
    Decoded unchecked = UNCHECKED.decode(frame, NOW);
    if (decoded instanceof Event event) {
      assertThat(((Event) again).json()).isEqualTo(event.json());
      if (event.flaw() == null) {
        assertThat(((Event) unchecked).json()).isEqualTo(event.json());
      }
    } else {
      assertThat(again).isEqualTo(decoded);
      assertThat(unchecked).isEqualTo(decoded);
    }
    ReadFrame read = ReadFrame.of(frame);
    if (read != null) {
      read.assertSays(decoded);
    }
    return decoded;
  }
}
