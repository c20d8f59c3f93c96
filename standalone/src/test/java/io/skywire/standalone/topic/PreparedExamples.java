package io.skywire.standalone.topic;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.opentest4j.TestAbortedException;

/** Has what the examples need fetched, beside whatever else is done meanwhile. Any thread. */
final class PreparedExamples {
  private final Map<Example, FutureTask<Example>> prepared = new EnumMap<>(Example.class);

  PreparedExamples() {
    for (Example example : Example.values()) {
      FutureTask<Example> preparing =
          new FutureTask<>(() -> {
            ExampleFolder.prepare(example);
            return example;
          });
      prepared.put(example, preparing);
      Thread.ofVirtual().start(preparing);
    }
  }

  /** Skips the test where the example cannot run on this machine. */
  void require(Example example) throws ExecutionException, InterruptedException {
    try {
      Objects.requireNonNull(prepared.get(example)).get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof TestAbortedException absent) {
        throw absent;
      }
      throw failed;
    }
  }

  /** Those that can run on this machine. */
  Set<Example> ready() throws InterruptedException {
    Set<Example> ready = EnumSet.noneOf(Example.class);
    for (FutureTask<Example> preparing : prepared.values()) {
      try {
        ready.add(preparing.get());
      } catch (ExecutionException notHere) {
        // Told where it is required.
      }
    }
    return ready;
  }
}
