package io.skywire.standalone.up;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the pipeline's status once a second on a terminal; elsewhere when the relay's or the
 * database's state changes, and for people every ten seconds. Owns one thread from {@link #start}
 * to {@link #close}.
 */
final class StatusDisplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusDisplay.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int QUIET_TICKS = 10;
  private static final int RATE_WINDOW_TICKS = 5;
  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  /** The rows at a moment, for the rate. */
  private record Sample(long nanos, long rows) {}

  private final Screen screen;
  private final String relay;
  private final StatusQuery query;
  private final Duration tick;
  private final AtomicReference<@Nullable String> ingesterFailure = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final Deque<Sample> samples = new ArrayDeque<>();

  StatusDisplay(Screen screen, String relay, StatusQuery query) {
    this(screen, relay, query, TICK);
  }

  /**
   * @param tick how often it looks
   */
  StatusDisplay(Screen screen, String relay, StatusQuery query, Duration tick) {
    this.screen = screen;
    this.relay = relay;
    this.query = query;
    this.tick = tick;
    this.thread = Thread.ofPlatform().name("status-display").daemon().unstarted(this::show);
  }

  void start() {
    thread.start();
  }

  /** Says so when the ingester ends by an error; everything else goes on. */
  void watchIngester(CompletionStage<Void> done) {
    done.whenComplete((nothing, failure) -> {
      if (failure != null) {
        ingesterFailure.set(message(failure));
      }
    });
  }

  @Override
  public void close() throws SQLException {
    closed.countDown();
    try {
      thread.join(TICK.multipliedBy(2));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    screen.endStatus();
    query.close();
  }

  private void show() {
    String lastState = "";
    int ticks = 0;
    boolean counted = false;
    try {
      do {
        Status status = status();
        if (!counted && status.database() == null) {
          counted = true;
          countRows();
        }
        // Numbers that differ from try to try make no other state.
        String state = NUMBERS.matcher(status.state()).replaceAll("0");
        if (screen.isTerminal()
            || !state.equals(lastState)
            || (screen.isForPeople() && ticks >= QUIET_TICKS)) {
          screen.status(status.line());
          ticks = 0;
        }
        lastState = state;
        ticks++;
      } while (!closed.await(tick.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private Status status() {
    String ingester = ingesterFailure.get();
    try {
      StatusQuery.Answer answer = query.ask();
      return new Status(
          relay,
          null,
          ingester,
          answer.report(),
          answer.watermark(),
          answer.lagSeconds(),
          answer.rows(),
          rate(answer.rows()));
    } catch (SQLException away) {
      return new Status(relay, message(away), ingester, null, null, null, 0, 0);
    }
  }

  private double rate(long rows) {
    samples.addLast(new Sample(System.nanoTime(), rows));
    if (samples.size() > RATE_WINDOW_TICKS + 1) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    double seconds = (last.nanos - first.nanos) / 1e9;
    // Retention takes rows away; an estimate may shrink as well.
    return seconds <= 0 ? 0 : Math.max(0, (last.rows - first.rows) / seconds);
  }

  private void countRows() {
    try {
      query.countRows();
    } catch (SQLException failed) {
      LOG.warn("cannot count the rows: {}", failed.getMessage());
    }
    samples.clear();
  }

  static String message(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }
}
