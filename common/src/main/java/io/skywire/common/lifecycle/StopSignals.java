package io.skywire.common.lifecycle;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;

/**
 * Ctrl-C and SIGTERM: the first asks for an orderly stop, the second ends the JVM at once, which
 * loses nothing either. Signals are handled here rather than by a shutdown hook, since hooks run in
 * no order and cannot see a second signal.
 */
public final class StopSignals {
  private static final int STATUS_HALTED = 130;

  private final CompletableFuture<Void> asked = new CompletableFuture<>();

  private StopSignals() {}

  /**
   * From now on signals no longer end the JVM by themselves.
   *
   * @param tell is run at the first signal, on a thread of the JVM's
   */
  public static StopSignals install(Runnable tell) {
    StopSignals signals = new StopSignals();
    try {
      // By reflection, because the compiler warns of these two classes in a way that cannot be
      // turned off for one place. They are there in every JDK (module jdk.unsupported).
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                signals.received(tell);
                return null;
              });
      for (String name : new String[] {"INT", "TERM", "HUP"}) {
        signal
            .getMethod("handle", signal, handlerType)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
      }
    } catch (ReflectiveOperationException absent) {
      throw new IllegalStateException("this JVM does not let a program handle signals", absent);
    }
    return signals;
  }

  /** Completes at the first signal. */
  public CompletableFuture<Void> asked() {
    return asked;
  }

  public boolean isAsked() {
    return asked.isDone();
  }

  private void received(Runnable tell) {
    if (!asked.complete(null)) {
      Runtime.getRuntime().halt(STATUS_HALTED);
    }
    tell.run();
  }
}
