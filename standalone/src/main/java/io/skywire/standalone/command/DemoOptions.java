package io.skywire.standalone.command;

import io.skywire.standalone.up.DemoRelay;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a simulated relay sends. */
final class DemoOptions {
  private static final int RATE_MAX = 100_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--rate", paramLabel = "N", description = "The demo's events a second (50).")
  private @Nullable Integer rate;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the demo's content (1).")
  private @Nullable Long seed;

  boolean areGiven() {
    return rate != null || seed != null;
  }

  /**
   * @throws ParameterException when the rate is out of bounds
   */
  DemoRelay relay() {
    int asked = rate == null ? DemoRelay.RATE : rate;
    if (asked < 1 || asked > RATE_MAX) {
      throw new ParameterException(
          spec.commandLine(), "--rate is '" + asked + "'; expected a number from 1 to " + RATE_MAX);
    }
    return new DemoRelay(asked, seed);
  }
}
