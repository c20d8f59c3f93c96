package io.skywire.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One row of what is measured: a question, and those who answer it. Stateless. */
public interface Stage {
  /** What {@code --stage} calls it. */
  String name();

  /** What is measured, in a sentence. */
  String measures();

  /** What Skywire wants to reach. */
  String aim();

  /** Whether our own others are compared with our first too, as if they were peers. */
  default boolean comparesOurs() {
    return false;
  }

  /** What it runs of others; without them it goes on. */
  default List<Packages> packages() {
    return List.of();
  }

  /**
   * Makes what the contenders need: inputs, servers.
   *
   * @throws IOException when that cannot be made
   */
  Contest prepare(Workbench workbench) throws IOException, InterruptedException;

  /** A stage that is ready to run; closing it ends all that it has started. */
  interface Contest extends AutoCloseable {
    /** In the order of the table; each runs once a round. */
    List<Contender> contenders();

    /** What is to be told of all rounds together, once they are over. */
    default Map<Contender, Map<Metric, Double>> derived(Results results) {
      return Map.of();
    }

    @Override
    void close();
  }
}
