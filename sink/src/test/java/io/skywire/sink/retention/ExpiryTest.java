package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.sink.retention.Expiry.Day;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-07-20");
  private static final int KEPT = 7;

  @Test
  void whatIsOlderThanTheKeptDaysExpires() {
    assertThat(expired(100L, day(-9, 1, 10), day(-8, 11, 20), day(-7, 21, 30), day(0, 31, 40)))
        .containsExactly(-9L, -8L);
  }

  @Test
  void nothingAboveTheWatermarkExpires() {
    Day[] days = {day(-9, 1, 10), day(-8, 11, 20), day(0, 31, 40)};
    assertThat(expired(19L, days)).containsExactly(-9L);
    assertThat(expired(null, days)).isEmpty();
  }

  @Test
  void whatCameTodayUnderAPastDateIsKept() {
    assertThat(expired(100L, day(-300, 35, 36), day(-8, 11, 20), day(-1, 21, 30), day(0, 31, 40)))
        .containsExactly(-8L);
  }

  @Test
  void whatCameUnderAFutureDateGoesWithWhatCameWithIt() {
    assertThat(expired(100L, day(300, 15, 16), day(400, 35, 36), day(-8, 11, 20), day(0, 31, 40)))
        .containsExactly(300L, -8L);
  }

  @Test
  void whatComesAfterItsTimeDoesNotHoldUpTheRest() {
    Day late = new Day(TODAY, null, 3L);
    assertThat(expired(100L, day(-8, 11, 20), day(-1, 21, 30), late)).containsExactly(-8L);
  }

  @Test
  void withoutAKeptEventNothingExpires() {
    assertThat(expired(100L, day(-8, 11, 20), day(300, 21, 30))).isEmpty();
  }

  @Test
  void emptyDaysExpireByTheirDateAlone() {
    assertThat(expired(100L, empty(-8), empty(-7), empty(0), empty(4), empty(5)))
        .containsExactly(-8L, 5L);
  }

  /**
   * Sixty days on each of which events come under the right date, and sometimes a few under another
   * one, whatever a clock could show.
   */
  @RepeatedTest(20)
  void nothingGoesBeforeItsTimeAndNothingIsMissingBehindWhatWasTrimmed() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    NavigableMap<LocalDate, NavigableSet<Long>> partitions = new TreeMap<>();
    NavigableMap<Long, LocalDate> arrivals = new TreeMap<>();
    long seq = 0;
    long trimmed = 0;
    for (int i = 0; i < 60; i++) {
      LocalDate today = TODAY.plusDays(i);
      for (int event = 0; event < 10; event++) {
        boolean wrong = i < 30 && event > 0 && random.nextInt(20) == 0;
        LocalDate shown = wrong ? today.plusDays(random.nextInt(-100, 100)) : today;
        arrivals.put(++seq, today);
        partitions.computeIfAbsent(shown, any -> new TreeSet<>()).add(seq);
      }
      for (Day day : expired(days(partitions, trimmed), today, seq)) {
        for (long gone : Objects.requireNonNull(partitions.remove(day.date()))) {
          assertThat(arrivals.get(gone))
              .as("seed %d, day %d", seed, i)
              .isBefore(today.minusDays(KEPT));
          trimmed = Math.max(trimmed, gone);
        }
      }
      List<Long> left =
          partitions.values().stream().flatMap(NavigableSet::stream).sorted().toList();
      assertThat(left)
          .as("seed %d, day %d", seed, i)
          .containsAll(arrivals.tailMap(trimmed, false).keySet());
    }
    assertThat(partitions.firstKey()).isEqualTo(TODAY.plusDays(59 - KEPT));
    assertThat(partitions.lastKey()).isEqualTo(TODAY.plusDays(59));
  }

  private static List<Day> days(
      NavigableMap<LocalDate, NavigableSet<Long>> partitions, long trimmed) {
    List<Day> days = new ArrayList<>();
    partitions.forEach((date, seqs) -> days.add(new Day(date, seqs.higher(trimmed), seqs.last())));
    return days;
  }

  private static List<Day> expired(
      Collection<Day> days, LocalDate today, @Nullable Long watermark) {
    Expiry expiry = Expiry.of(days, today, KEPT, today.plusDays(4), watermark);
    return days.stream().filter(expiry::hasExpired).toList();
  }

  /** The expired ones by their distance from today. */
  private static List<Long> expired(@Nullable Long watermark, Day... days) {
    return expired(List.of(days), TODAY, watermark).stream()
        .map(day -> day.date().toEpochDay() - TODAY.toEpochDay())
        .toList();
  }

  private static Day day(int fromToday, long first, long last) {
    return new Day(TODAY.plusDays(fromToday), first, last);
  }

  private static Day empty(int fromToday) {
    return new Day(TODAY.plusDays(fromToday), null, null);
  }
}
