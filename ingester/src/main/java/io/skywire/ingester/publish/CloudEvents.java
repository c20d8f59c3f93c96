package io.skywire.ingester.publish;

import io.skywire.common.topic.CloudEventHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Adds the attributes of CloudEvents to the headers of one relay's records. Each event has them, so
 * whatever is the same for many is one object for all. Immutable.
 */
final class CloudEvents {
  private static final int LONG_DIGITS_MAX = 19;

  private static final Header SPEC_VERSION = header(CloudEventHeaders.SPEC_VERSION, "1.0");
  private static final Header JSON = header(CloudEventHeaders.CONTENT_TYPE, "application/json");
  private static final Header COMMIT = type("commit");
  private static final Header IDENTITY = type("identity");
  private static final Header ACCOUNT = type("account");
  private static final Header SYNC = type("sync");
  private static final Header GAP = type(EventHeaders.GAP);

  private final Header source;

  /**
   * @param relay the relay's name
   */
  CloudEvents(String relay) {
    source = header(CloudEventHeaders.SOURCE, source(relay));
  }

  /**
   * @param repo the event's, as its header has it
   * @param time the same
   */
  void addEvent(
      Headers headers, long seq, String type, byte @Nullable [] repo, byte @Nullable [] time) {
    headers.add(SPEC_VERSION);
    headers.add(CloudEventHeaders.ID, decimal(seq));
    headers.add(source);
    headers.add(typeOf(type));
    if (time != null) {
      headers.add(CloudEventHeaders.TIME, time);
    }
    if (repo != null) {
      headers.add(CloudEventHeaders.SUBJECT, repo);
    }
    headers.add(JSON);
  }

  /**
   * Adds what a replayed event has beside an event's. One that replaces another is not the same, so
   * that whoever knows the other by its id must not leave it out.
   *
   * @param position of the dead letter
   */
  static void addReplay(Headers headers, long seq, Replay replay, String position) {
    headers.add(header(CloudEventHeaders.REPLAY, replay.label()));
    if (replay == Replay.REPLACES) {
      headers.remove(CloudEventHeaders.ID);
      headers.add(header(CloudEventHeaders.ID, seq + "/" + position));
    }
  }

  void addGap(Headers headers, Gap gap) {
    headers.add(SPEC_VERSION);
    headers.add(header(CloudEventHeaders.ID, "gap-" + gap.fromSeq() + "-" + gap.toSeq()));
    headers.add(source);
    headers.add(GAP);
    headers.add(header(CloudEventHeaders.TIME, gap.detectedAt().toString()));
    headers.add(header(CloudEventHeaders.FROM_SEQ, Long.toString(gap.fromSeq())));
    headers.add(header(CloudEventHeaders.TO_SEQ, Long.toString(gap.toSeq())));
  }

  private static Header typeOf(String type) {
    return switch (type) {
      case "commit" -> COMMIT;
      case "identity" -> IDENTITY;
      case "account" -> ACCOUNT;
      case "sync" -> SYNC;
      default -> type(type);
    };
  }

  private static Header type(String type) {
    return header(CloudEventHeaders.TYPE, CloudEventHeaders.TYPE_PREFIX + type);
  }

  /** A name may be any text, a source must be a URI. */
  private static String source(String relay) {
    try {
      return new URI("wss", relay, null, null, null).toASCIIString();
    } catch (URISyntaxException noAuthority) {
      return "wss://" + URLEncoder.encode(relay, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }

  /** Of a number that is not negative; a String would be made only to be copied. */
  private static byte[] decimal(long number) {
    byte[] digits = new byte[LONG_DIGITS_MAX];
    int first = LONG_DIGITS_MAX;
    long left = number;
    do {
      digits[--first] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    return Arrays.copyOfRange(digits, first, LONG_DIGITS_MAX);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
