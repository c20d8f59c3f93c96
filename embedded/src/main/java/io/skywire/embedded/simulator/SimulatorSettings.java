package io.skywire.embedded.simulator;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
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
    InstantSource clock) {

  public SimulatorSettings {
    if (rate < 0 || limit < 0) {
      throw new IllegalArgumentException("rate and limit are 0 or more: " + rate + ", " + limit);
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
        InstantSource.system());
  }

  public SimulatorSettings withAddress(InetAddress newAddress) {
    return new SimulatorSettings(
        newAddress,
        port,
        seed,
        rate,
        folder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withPort(int newPort) {
    return new SimulatorSettings(
        address,
        newPort,
        seed,
        rate,
        folder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withSeed(long newSeed) {
    return new SimulatorSettings(
        address,
        port,
        newSeed,
        rate,
        folder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withRate(int eventsPerSecond) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        eventsPerSecond,
        folder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withFolder(Path newFolder) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        rate,
        newFolder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withWindowEvents(int events) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        rate,
        folder,
        events,
        backlogEvents,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withBacklogEvents(int events) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        rate,
        folder,
        windowEvents,
        events,
        ledgerEvents,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withLedgerEvents(int events) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        rate,
        folder,
        windowEvents,
        backlogEvents,
        events,
        limit,
        capture,
        clock);
  }

  public SimulatorSettings withLimit(long events) {
    return new SimulatorSettings(
        address,
        port,
        seed,
        rate,
        folder,
        windowEvents,
        backlogEvents,
        ledgerEvents,
        events,
        capture,
        clock);
  }

  public SimulatorSettings withCapture(Capture newCapture) {
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
        newCapture,
        clock);
  }

  public SimulatorSettings withClock(InstantSource newClock) {
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
        newClock);
  }
}
