package io.skywire.sink.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The day that retention goes by. The earlier of the clock and the newest event's day claims it;
 * from one day to the next the claim is believed at once. A claim that leaps over days is what a
 * machine shows after a long sleep, and also one whose clock has jumped: it is believed when it has
 * stood for {@link #DOUBT} or a later leap has followed it (a pipeline that runs for an hour every
 * other day), and until then nothing more is dropped.
 *
 * @param believed null before the first claim
 * @param claimed the latest claim that is not believed yet
 * @param claimedAt since when claims agree on it, by the clock that makes them
 */
record Today(
    @Nullable LocalDate believed, @Nullable LocalDate claimed, @Nullable Instant claimedAt) {
  static final Duration DOUBT = Duration.ofDays(1);

  Today claim(LocalDate day, Instant now) {
    if (believed == null || !day.isAfter(believed.plusDays(1))) {
      // A clock that is behind takes back no day that was believed: another's may be right.
      return new Today(believed == null || day.isAfter(believed) ? day : believed, null, null);
    }
    if (claimed == null || claimedAt == null || day.isBefore(claimed)) {
      return new Today(believed, day, now);
    }
    if (day.isAfter(claimed.plusDays(1))) {
      return new Today(claimed, day, now);
    }
    return now.isBefore(claimedAt.plus(DOUBT))
        ? new Today(believed, day, claimedAt)
        : new Today(day, null, null);
  }
}
