package io.skywire.common.lifecycle;

import io.skywire.common.settings.InvalidSettingException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs one process in the foreground of a terminal or container: until a signal, which stops it in
 * order, or until it ends by itself. What an operator can mend is one line on the error output.
 */
public final class Foreground {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int STOP_SECONDS_MAX = 30;

  private Foreground() {}

  /** Answers the exit status: 0 after a signal or an orderly end, 1 after an error. */
  public static int run(Supplier<RunningProcess> start) {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (RunningProcess process = start.get()) {
      Thread onSignal =
          Thread.ofPlatform()
              .name("stop")
              .unstarted(() -> {
                ended.countDown();
                await(closed);
              });
      Runtime.getRuntime().addShutdownHook(onSignal);
      process.done().whenComplete((done, failure) -> ended.countDown());
      ended.await();
      process.done().toCompletableFuture().getNow(null);
      return DONE;
    } catch (InvalidSettingException | FatalException wrong) {
      return fail(wrong);
    } catch (CompletionException failed) {
      return fail(failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return FAILED;
    } finally {
      closed.countDown();
    }
  }

  private static int fail(Throwable failure) {
    boolean foreseen =
        failure instanceof InvalidSettingException || failure instanceof FatalException;
    System.err.println(foreseen ? failure.getMessage() : failure.toString());
    return FAILED;
  }

  private static void await(CountDownLatch closed) {
    try {
      closed.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
