package io.skywire.benchmarks;

import java.io.IOException;
import java.util.List;

/** One row of what is measured: a question, and those who answer it. Stateless. */
public interface Stage {
  /** What {@code --stage} calls it. */
  String name();

  /** What is measured, in a sentence. */
  String measures();

  /** What Skywire wants to reach. */
  String aim();

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

    @Override
    void close();
  }
}
