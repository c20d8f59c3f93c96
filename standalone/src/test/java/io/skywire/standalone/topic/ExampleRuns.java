package io.skywire.standalone.topic;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.function.Executable;

/**
 * Runs of several examples at the same time, taken from step to step together. Closing them is a
 * crash of all. One thread.
 */
final class ExampleRuns implements AutoCloseable {
  /** What follows its command. */
  interface Arguments {
    String of(Example example) throws IOException;
  }

  /** What is asked of each. */
  interface Step {
    void take(ExampleRun run) throws Exception;
  }

  private final List<ExampleRun> runs = new ArrayList<>();

  ExampleRuns(Collection<Example> examples, Arguments arguments) throws IOException {
    for (Example example : examples) {
      runs.add(new ExampleRun(example, arguments.of(example)));
    }
  }

  /** Takes the step with all of them at once, and tells of each that fails. */
  void each(Step step) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Executable> taken = new ArrayList<>();
      for (ExampleRun run : runs) {
        Future<ExampleRun> taking =
            threads.submit(() -> {
              step.take(run);
              return run;
            });
        taken.add(taking::get);
      }
      assertAll(taken);
    }
  }

  @Override
  public void close() throws IOException {
    for (ExampleRun run : runs) {
      run.close();
    }
  }
}
