package io.skywire.embedded.kafka;

import io.skywire.embedded.EmbeddedServerException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Where Kafka's wish to end the JVM goes: a broker with a fatal fault calls {@code Exit}, which is
 * one for the whole JVM. Instead of ending it, the fault is told to every broker that runs here,
 * since Kafka does not say which one it was. Any thread may call it.
 */
final class BrokerFaults {
  private static final Set<BrokerFaults> RUNNING = ConcurrentHashMap.newKeySet();

  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private BrokerFaults() {}

  /** From now on a wish to end the JVM shows in {@link #done} instead. */
  static BrokerFaults watch() {
    Exit.setExitProcedure(BrokerFaults::report);
    Exit.setHaltProcedure(BrokerFaults::report);
    BrokerFaults faults = new BrokerFaults();
    RUNNING.add(faults);
    return faults;
  }

  void unwatch() {
    RUNNING.remove(this);
    done.complete(null);
  }

  /** Completes at {@link #unwatch}, or exceptionally at a fatal fault before. */
  CompletableFuture<Void> done() {
    return done;
  }

  private static void report(int status, @Nullable String message) {
    EmbeddedServerException fault =
        new EmbeddedServerException(
            "the embedded Kafka broker gave up (status "
                + status
                + (message == null ? "" : ": " + message)
                + "); its log says why");
    RUNNING.forEach(faults -> faults.done.completeExceptionally(fault));
  }
}
