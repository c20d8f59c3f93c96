package io.skywire.embedded.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What the ops of one emitted event do, beside its {@link LedgerEntry}. The simulator's events are
 * those of its seed, so they are made again from it.
 *
 * @param ops in order, each as {@code create app.bsky.feed.post}
 */
public record SentOps(long seq, String type, List<String> ops) {
  public SentOps {
    ops = List.copyOf(ops);
  }

  /** Of the first so many events of a seed. */
  public static List<SentOps> of(long seed, long events) {
    List<SentOps> sent = new ArrayList<>();
    each(SimulatorSettings.defaults().withSeed(seed), events, sent::add);
    return sent;
  }

  /**
   * Of each event among the first frames of a simulator.
   *
   * @param frames how many, with the hostile ones
   */
  public static void each(SimulatorSettings settings, long frames, Consumer<SentOps> use) {
    FrameGenerator generator = new FrameGenerator(settings.seed(), settings.hostileOneIn());
    for (long i = 0; i < frames; i++) {
      SimulatedEvent event = generator.next(Instant.EPOCH);
      if (event.reason() == null) {
        use.accept(new SentOps(event.seq(), event.type(), ops(event)));
      }
    }
  }

  private static List<String> ops(SimulatedEvent event) {
    JsonNode json = event.event();
    return json == null
        ? List.of()
        : StreamSupport.stream(json.at("/record/ops").spliterator(), false)
            .map(op -> op.get("action").asString() + " " + op.get("collection").asString())
            .toList();
  }
}
