package io.skywire.common.lifecycle;

import io.skywire.common.settings.InvalidSettingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Runs one process in the foreground of a terminal or container: until a signal, which stops it in
 * order, or until it ends by itself. What an operator can mend is one line on the error output.
 */
public final class Foreground {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private Foreground() {}

  /** Answers the exit status: 0 after a signal or an orderly end, 1 after an error. */
  public static int run(Supplier<RunningProcess> start) {
    StopSignals signals = StopSignals.install(() -> {});
    try (RunningProcess process = start.get()) {
      CompletableFuture.anyOf(signals.asked(), process.done().toCompletableFuture()).join();
      return DONE;
    } catch (InvalidSettingException | FatalException wrong) {
      return fail(wrong);
    } catch (CompletionException failed) {
      return fail(failed.getCause() == null ? failed : failed.getCause());
    }
  }

  private static int fail(Throwable failure) {
    boolean foreseen =
        failure instanceof InvalidSettingException || failure instanceof FatalException;
    System.err.println(foreseen ? failure.getMessage() : failure.toString());
    return FAILED;
  }
}
