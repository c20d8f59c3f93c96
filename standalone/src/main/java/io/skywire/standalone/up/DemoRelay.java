package io.skywire.standalone.up;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The simulated relay of {@code --demo}.
 *
 * @param rate events a second
 * @param seed of the content; null for the one that the folder began with, 1 in a new one
 */
public record DemoRelay(int rate, @Nullable Long seed) {
  public static final int RATE = 50;

  private static final long SEED = 1;

  /** What the cursor is kept under: the port of the simulator may change, the relay stays. */
  private static final String NAME = "demo";

  /** How the ingester finds it, and begins with its first event. */
  Map<String, String> variables(int port) {
    return Map.of(
        "RELAY_URL", "ws://127.0.0.1:" + port, "SKYWIRE_RELAY_NAME", NAME, "RELAY_START", "oldest");
  }

  /**
   * @throws InvalidSettingException when the folder began with another seed
   */
  public RelaySimulator start(Path folder, InetAddress address, int port) throws IOException {
    OptionalLong began = RelaySimulator.seedOf(folder);
    if (seed != null && began.isPresent() && began.getAsLong() != seed) {
      throw new InvalidSettingException(
          "--seed is %d, but this demo began with %d; leave it out to go on, or begin anew with --fresh"
              .formatted(seed, began.getAsLong()));
    }
    return RelaySimulator.start(
        SimulatorSettings.defaults()
            .withAddress(address)
            .withPort(port)
            .withSeed(seed == null ? began.orElse(SEED) : seed)
            .withRate(rate)
            .withFolder(folder));
  }
}
