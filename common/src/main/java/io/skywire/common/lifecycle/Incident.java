package io.skywire.common.lifecycle;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What fails and is tried again, told as an operator would tell it, however often it is tried: a
 * line in the log when it begins, one when the reason becomes another, and one when it is over.
 * That it goes well may be told as often as it does: it takes no lock then. Any thread may call it.
 */
public final class Incident {
  /** Reasons of one incident that are told. */
  private static final int REASONS_MAX = 20;

  /** They differ from try to try, and make no reason another one. */
  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  private final Logger log;
  private final String works;
  private final String next;
  private final LongSupplier nanoTime;
  private final Set<String> told = new HashSet<>();
  private volatile int failures;
  private long begun;
  private @Nullable String latest;

  /**
   * @param works what is so again when it is over: "events are stored"
   * @param nanoTime as {@link System#nanoTime}
   */
  public Incident(Logger log, String works, LongSupplier nanoTime) {
    this(log, works, "; trying again", nanoTime);
  }

  private Incident(Logger log, String works, String next, LongSupplier nanoTime) {
    this.log = log;
    this.works = works;
    this.next = next;
    this.nanoTime = nanoTime;
  }

  /** Of something that others try again, if they want to. */
  public static Incident ofOthers(Logger log, String works, LongSupplier nanoTime) {
    return new Incident(log, works, "", nanoTime);
  }

  /** It has failed, and is going to be tried again. */
  public synchronized void failed(String reason, Throwable failure) {
    if (failures == 0) {
      begun = nanoTime.getAsLong();
    }
    failures++;
    latest = reason;
    if (told.size() < REASONS_MAX && told.add(NUMBERS.matcher(reason).replaceAll("0"))) {
      log.warn("{}{}", reason, next);
    }
    log.debug("failure {}: {}", failures, reason, failure);
  }

  /** The latest reason, when it has failed again and again for so long; null otherwise. */
  public synchronized @Nullable String lasting(Duration atLeast) {
    return failures > 0 && nanoTime.getAsLong() - begun >= atLeast.toNanos() ? latest : null;
  }

  /** It works: the next failure begins another incident. */
  public void over() {
    if (failures > 0) {
      end();
    }
  }

  private synchronized void end() {
    if (failures > 0) {
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - begun);
      log.info("{} again, {} s and {} failures later", works, took.toSeconds(), failures);
      failures = 0;
      told.clear();
    }
  }
}
