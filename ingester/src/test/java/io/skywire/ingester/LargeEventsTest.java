package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** 200 ops that name one record repeat its JSON: a hundred times as many bytes as the frame. */
class LargeEventsTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  @Test
  void smallFramesThatAreLargeEventsAreHandedOutInBoundedBatches() throws Exception {
    Map<String, Object> large = Map.of("texts", Collections.nCopies(25, "x".repeat(3_000)));
    List<byte[]> frames = new ArrayList<>();
    for (long seq = 1; seq <= 80; seq++) {
      CommitFrame frame = new CommitFrame().seq(seq).create("a.b.c/r0", large);
      for (int op = 1; op < 200; op++) {
        frame.createWithoutBlock("a.b.c/r" + op, large);
      }
      frames.add(frame.bytes());
    }
    assertThat(frames.stream().mapToLong(frame -> frame.length).sum()).isLessThan(10_000_000);
    frames.add(FrameBytes.error("ConsumerTooSlow"));

    Session session =
        new Session(
            IngesterSettings.from(new Variables(Map.of("RELAY_URL", "ws://relay.example"))),
            null,
            new FrameDecoder(),
            new IngesterMetrics(new SimpleMeterRegistry()));
    List<Long> handedOut = new ArrayList<>();
    Batch batch = session.next(frames, NOON);
    while (!batch.isEmpty()) {
      long bytes = batch.events().stream().mapToLong(event -> event.json().length).sum();
      assertThat(bytes).isBetween(14_000_000L, 8L * 1024 * 1024 + FrameDecoder.JSON_BYTES_MAX);
      List<Long> seqs = batch.events().stream().map(Event::seq).toList();
      assertThat(Objects.requireNonNull(batch.cursor()).seq()).isEqualTo(seqs.getLast());
      handedOut.addAll(seqs);
      assertThat(session.wantsFrames()).isFalse();
      batch = session.next(List.of(), NOON);
    }
    assertThat(handedOut).isEqualTo(LongStream.rangeClosed(1, 80).boxed().toList());
    assertThatThrownBy(() -> session.next(List.of(), NOON))
        .isInstanceOf(RelayDisconnectedException.class)
        .hasMessage("relay relay.example: ConsumerTooSlow");
  }
}
