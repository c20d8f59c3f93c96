package io.skywire.benchmarks.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page as it came: {@code {"events":[{"seq":7,…}],"max_seq":9,"count":3,…}}. Its ends are cheap
 * to read, so that who measures is not who is measured.
 */
final class Answer {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final byte[] HEAD = ascii("{\"events\":[");
  private static final byte[] SEQ = ascii("{\"events\":[{\"seq\":");
  private static final byte[] MAX_SEQ = ascii("],\"max_seq\":");
  private static final byte[] COUNT = ascii(",\"count\":");

  private final byte[] bytes;
  private final int from;
  private final int end;
  private final int tail;

  /**
   * @throws IOException when it is no page
   */
  Answer(byte[] bytes, int from, int end) throws IOException {
    this.bytes = bytes;
    this.from = from;
    this.end = end;
    int at = end - MAX_SEQ.length;
    while (at > from && !holds(at, MAX_SEQ)) {
      at--;
    }
    if (at <= from || !holds(from, HEAD)) {
      throw new IOException("no page of events: " + text());
    }
    tail = at + MAX_SEQ.length;
  }

  /** Of the first event. */
  long firstSeq() throws IOException {
    if (!holds(from, SEQ)) {
      throw new IOException("no event with a seq: " + text());
    }
    return number(from + SEQ.length);
  }

  long maxSeq() throws IOException {
    return number(tail);
  }

  int count() throws IOException {
    int at = tail;
    while (bytes[at] != ',') {
      at++;
    }
    if (!holds(at, COUNT)) {
      throw new IOException("no count after max_seq: " + text());
    }
    return (int) number(at + COUNT.length);
  }

  /** Parses the whole page. */
  List<Long> seqs() {
    JsonNode page = JSON.readTree(bytes, from, end - from);
    List<Long> seqs = new ArrayList<>();
    for (JsonNode event : page.path("events")) {
      seqs.add(event.path("seq").asLong());
    }
    return seqs;
  }

  private boolean holds(int at, byte[] expected) {
    if (end - at < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (bytes[at + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private long number(int at) throws IOException {
    long number = 0;
    int digit = at;
    while (bytes[digit] >= '0' && bytes[digit] <= '9') {
      number = number * 10 + bytes[digit] - '0';
      digit++;
    }
    if (digit == at) {
      throw new IOException("no number where one belongs: " + text());
    }
    return number;
  }

  private String text() {
    return new String(bytes, from, Math.min(end - from, 200), StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
