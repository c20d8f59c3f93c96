package io.skywire.api.events;

import io.skywire.api.answers.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One page of events, in the order of their seqs.
 *
 * @param events in ascending order of seq
 * @param maxSeq the {@code since} of the next page
 * @param oldestSeq the oldest readable event there is, null when there is none
 * @param watermarkSeq every event at or below it is readable
 * @param truncated whether events after {@code since} are no longer there
 * @param gaps what is missing for good between {@code since} and {@code maxSeq}
 */
record EventPage(
    List<Event> events,
    long maxSeq,
    @Nullable Long oldestSeq,
    long watermarkSeq,
    boolean truncated,
    List<Gap> gaps) {
  private static final byte[] HEAD = utf8("{\"events\":[");

  EventPage {
    events = List.copyOf(events);
    gaps = List.copyOf(gaps);
  }

  EventPage with(List<Gap> passed) {
    return new EventPage(events, maxSeq, oldestSeq, watermarkSeq, truncated, passed);
  }

  /** Whether it goes up to the watermark. */
  boolean isLast() {
    return maxSeq >= watermarkSeq;
  }

  /** Whether there is nothing in it that a reader waits for. */
  boolean isEmpty() {
    return events.isEmpty() && gaps.isEmpty() && !truncated;
  }

  /** The same for pages of the same request and form whose events, gaps and bounds are the same. */
  String tag(String form) {
    CRC32C sum = new CRC32C();
    sum.update(utf8(form));
    for (Event event : events) {
      sum.update(event.json());
    }
    sum.update(utf8(Gap.toJson(gaps)));
    return "W/\"%d-%d-%x%s\""
        .formatted(maxSeq, events.size(), sum.getValue(), truncated ? "t" : "");
  }

  /** One JSON object. */
  Answer.Body json() {
    return new Json();
  }

  /** One event a line, and the rest as the last line. */
  Answer.Body lines() {
    return new Lines();
  }

  private final class Json implements Answer.Body {
    @Override
    public long length() {
      return (long) HEAD.length
          + Math.max(0, events.size() - 1)
          + bytes()
          + 2
          + utf8(rest()).length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(HEAD);
      boolean first = true;
      for (Event event : events) {
        if (!first) {
          out.write(',');
        }
        out.write(event.json());
        first = false;
      }
      out.write(utf8("],"));
      out.write(utf8(rest()));
    }
  }

  private final class Lines implements Answer.Body {
    @Override
    public long length() {
      return bytes() + events.size() + 2 + utf8(rest()).length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      for (Event event : events) {
        out.write(event.json());
        out.write('\n');
      }
      out.write(utf8("{" + rest() + "\n"));
    }
  }

  private long bytes() {
    long bytes = 0;
    for (Event event : events) {
      bytes += event.json().length;
    }
    return bytes;
  }

  private String rest() {
    return "\"max_seq\":%d,\"count\":%d,\"oldest_seq\":%s,\"watermark_seq\":%d%s}"
        .formatted(
            maxSeq,
            events.size(),
            oldestSeq,
            watermarkSeq,
            (truncated ? ",\"truncated\":true" : "")
                + (gaps.isEmpty() ? "" : ",\"gaps\":" + Gap.toJson(gaps)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
