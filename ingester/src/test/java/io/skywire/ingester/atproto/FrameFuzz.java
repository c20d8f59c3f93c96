package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

/**
 * Any bytes as a frame: a valid answer, the same when asked again, and the same without the CIDs'
 * check where it found no flaw.
 */
public final class FrameFuzz {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");
  private static final FrameDecoder DECODER = new FrameDecoder();
  private static final FrameDecoder UNCHECKED = FrameDecoder.withoutCidChecks();

  private FrameFuzz() {}

  public static void fuzzerTestOneInput(byte[] frame) {
    Decoded decoded = Answers.check(DECODER.decode(frame, NOW));
    Decoded again = DECODER.decode(frame, NOW);
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
  }
}
