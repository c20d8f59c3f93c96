package io.skywire.standalone.up;

import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.nio.file.Path;

/**
 * The simulated relay of {@code --demo}.
 *
 * @param rate events a second
 * @param seed of the content
 */
public record DemoRelay(int rate, long seed) {
  public static final int RATE = 50;

  /** What the cursor is kept under: the port of the simulator may change, the relay stays. */
  static final String NAME = "demo";

  RelaySimulator start(Path folder, int port) {
    return RelaySimulator.start(
        SimulatorSettings.defaults()
            .withPort(port)
            .withSeed(seed)
            .withRate(rate)
            .withFolder(folder));
  }
}
