package io.skywire.api.events;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of events, in the order of their seqs.
 *
 * @param events as the ingester has encoded them, a JSON object each
 * @param maxSeq the {@code since} of the next page
 * @param oldestSeq the oldest readable event there is, null when there is none
 * @param watermarkSeq every event at or below it is readable
 * @param truncated whether events after {@code since} are no longer there
 * @param gaps what is missing for good between {@code since} and {@code maxSeq}
 */
record EventPage(
    List<byte[]> events,
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

  /** How many bytes {@link #writeTo} writes. */
  long length() {
    long length = (long) HEAD.length + Math.max(0, events.size() - 1) + tail().length;
    for (byte[] event : events) {
      length += event.length;
    }
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(HEAD);
    boolean first = true;
    for (byte[] event : events) {
      if (!first) {
        out.write(',');
      }
      out.write(event);
      first = false;
    }
    out.write(tail());
  }

  private byte[] tail() {
    return utf8(
        "],\"max_seq\":%d,\"count\":%d,\"oldest_seq\":%s,\"watermark_seq\":%d%s}"
            .formatted(
                maxSeq,
                events.size(),
                oldestSeq,
                watermarkSeq,
                (truncated ? ",\"truncated\":true" : "")
                    + (gaps.isEmpty() ? "" : ",\"gaps\":" + Gap.toJson(gaps))));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
