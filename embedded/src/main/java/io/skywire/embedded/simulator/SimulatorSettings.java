package io.skywire.embedded.simulator;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RelaySimulator} behaves. Begin with {@link #defaults} and change what matters.
 *
 * @param address to listen on
 * @param port 0 takes a free one
 * @param seed of all content
 * @param rate events a second; 0 is as fast as it can
 * @param folder of the log, kept between runs; null for a temporary one that goes with the
 *     simulator
 * @param windowEvents that the log keeps at least, for cursors to go back to
 * @param backlogEvents that a live consumer may lag behind before it is too slow
 * @param ledgerEvents that the ledger keeps at least
 * @param limit of events, counted from the log's beginning; 0 for no end
 * @param capture whose frames are replayed instead of generated ones; they are not in the ledger
 * @param hostileOneIn one generated frame in so many is one that must become a dead letter; 0 for
 *     none
 * @param clock of the time in the envelopes
 */
public record SimulatorSettings(
    InetAddress address,
    int port,
    long seed,
    int rate,
    @Nullable Path folder,
    int windowEvents,
    int backlogEvents,
    int ledgerEvents,
    long limit,
    @Nullable Capture capture,
    int hostileOneIn,
    InstantSource clock) {

  public SimulatorSettings {
    if (rate < 0 || limit < 0 || hostileOneIn < 0) {
      throw new IllegalArgumentException(
          "rate, limit and hostileOneIn are 0 or more: %d, %d, %d"
              .formatted(rate, limit, hostileOneIn));
    }
    if (windowEvents < 1 || backlogEvents < 1 || ledgerEvents < 1) {
      throw new IllegalArgumentException("a bound of less than one event");
    }
  }

  /** 500 events a second without end, a free port of the loopback interface, no folder. */
  public static SimulatorSettings defaults() {
    return new SimulatorSettings(
        InetAddress.getLoopbackAddress(),
        0,
        1,
        500,
        null,
        200_000,
        50_000,
        1_000_000,
        0,
        null,
        0,
        InstantSource.system());
  }

  public SimulatorSettings withAddress(InetAddress address) {
    return with(draft -> draft.address = address);
  }

  public SimulatorSettings withPort(int port) {
    return with(draft -> draft.port = port);
  }

  public SimulatorSettings withSeed(long seed) {
    return with(draft -> draft.seed = seed);
  }

  public SimulatorSettings withRate(int eventsPerSecond) {
    return with(draft -> draft.rate = eventsPerSecond);
  }

  public SimulatorSettings withFolder(Path folder) {
    return with(draft -> draft.folder = folder);
  }

  public SimulatorSettings withWindowEvents(int events) {
    return with(draft -> draft.windowEvents = events);
  }

  public SimulatorSettings withBacklogEvents(int events) {
    return with(draft -> draft.backlogEvents = events);
  }

  public SimulatorSettings withLedgerEvents(int events) {
    return with(draft -> draft.ledgerEvents = events);
  }

  public SimulatorSettings withLimit(long events) {
    return with(draft -> draft.limit = events);
  }

  public SimulatorSettings withCapture(Capture capture) {
    return with(draft -> draft.capture = capture);
  }

  public SimulatorSettings withHostileOneIn(int frames) {
    return with(draft -> draft.hostileOneIn = frames);
  }

  public SimulatorSettings withClock(InstantSource clock) {
    return with(draft -> draft.clock = clock);
  }

  private SimulatorSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** These settings while one of them is changed. */
  private static final class Draft {
    private InetAddress address;
    private int port;
    private long seed;
    private int rate;
    private @Nullable Path folder;
    private int windowEvents;
    private int backlogEvents;
    private int ledgerEvents;
    private long limit;
    private @Nullable Capture capture;
    private int hostileOneIn;
    private InstantSource clock;

    Draft(SimulatorSettings from) {
      address = from.address;
      port = from.port;
      seed = from.seed;
      rate = from.rate;
      folder = from.folder;
      windowEvents = from.windowEvents;
      backlogEvents = from.backlogEvents;
      ledgerEvents = from.ledgerEvents;
      limit = from.limit;
      capture = from.capture;
      hostileOneIn = from.hostileOneIn;
      clock = from.clock;
    }

    SimulatorSettings settings() {
      return new SimulatorSettings(
          address,
          port,
          seed,
          rate,
          folder,
          windowEvents,
          backlogEvents,
          ledgerEvents,
          limit,
          capture,
          hostileOneIn,
          clock);
    }
  }
}
