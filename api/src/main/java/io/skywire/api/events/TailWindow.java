package io.skywire.api.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events at one instant: all that are readable after {@code from} up to {@code through}.
 * Immutable.
 *
 * @param extent as it was before the events were read
 * @param gaps all that a reader passes between the two
 * @param readAtNanos as {@link System#nanoTime}
 */
record TailWindow(
    long from,
    long through,
    List<TailEvent> events,
    Extent extent,
    List<Gap> gaps,
    long readAtNanos) {
  /** A sixteenth of the smallest heap that the api runs in. */
  static final int BYTES_MAX = 16 * 1024 * 1024;

  /**
   * Who is further behind reads the table. A dead letter that is replayed changes events that have
   * been readable; for so long at most is it not seen here.
   */
  static final Duration AGE_MAX = Duration.ofSeconds(10);

  private static final int EVENTS_MAX = 20_000;

  TailWindow {
    events = List.copyOf(events);
    gaps = List.copyOf(gaps);
  }

  /** Nothing is behind it yet. */
  static TailWindow startingAt(Extent extent, long nanos) {
    long watermark = extent.watermark();
    return new TailWindow(watermark, watermark, List.of(), extent, List.of(), nanos);
  }

  /**
   * With the events that came next, and without the oldest where there are too many.
   *
   * @param to how far the table was read
   */
  TailWindow with(List<TailEvent> read, long to, Extent now, List<Gap> passed, long nanos) {
    List<TailEvent> all = new ArrayList<>(events.size() + read.size());
    all.addAll(events);
    all.addAll(read);
    long bytes = 0;
    int first = all.size();
    while (first > 0
        && all.size() - first < EVENTS_MAX
        && bytes + all.get(first - 1).bytes() <= BYTES_MAX
        && nanos - all.get(first - 1).readAtNanos() < AGE_MAX.toNanos()) {
      first--;
      bytes += all.get(first).bytes();
    }
    long start = first == 0 ? from : all.get(first - 1).seq();
    return new TailWindow(start, to, all.subList(first, all.size()), now, passed, nanos);
  }

  /** Null when the table has to be asked. */
  @Nullable EventPage page(PageRequest request, EventMemory.Lease lease, long bytesMax) {
    long since = request.since();
    if (since < from || since > through || gaps.size() >= GapQuery.GAPS_MAX) {
      return null;
    }
    List<Event> found = new ArrayList<>();
    long bytes = 0;
    long end = since;
    for (int index = firstAfter(since); index < events.size(); index++) {
      TailEvent event = events.get(index);
      if (!request.filter().matches(event.type(), event.repo(), event.collections())) {
        continue;
      }
      byte[] json = event.json();
      if (json == null) {
        // Ending here would be a short page with more behind it, which is the end to some.
        lease.reuse();
        return null;
      }
      if (bytes + json.length > bytesMax || !lease.tryTake(json.length)) {
        return found.isEmpty() ? null : page(request, found, end);
      }
      found.add(new Event(event.seq(), json));
      bytes += json.length;
      end = event.seq();
      if (found.size() == request.limit()) {
        return page(request, found, end);
      }
    }
    return page(request, found, through);
  }

  private EventPage page(PageRequest request, List<Event> found, long maxSeq) {
    long since = request.since();
    List<Gap> passed =
        maxSeq <= since
            ? List.of()
            : gaps.stream()
                .filter(gap -> gap.toSeq() > since + 1 && gap.fromSeq() < maxSeq)
                .toList();
    return extent.upTo(through).page(found, since, maxSeq, passed);
  }

  private int firstAfter(long seq) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events.get(middle).seq() > seq) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
