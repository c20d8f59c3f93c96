package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.ingester.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole pipeline behind a relay that poisons it, and the good events between the poisons. */
final class PoisonedPipeline implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.shared();

  /** Until it is given up; what is promised is another matter. */
  private static final Duration READABLE_MAX = Duration.ofSeconds(20);

  private static final long LOOK_AGAIN_MILLIS = 5;
  private static final int OK = 200;
  private static final String PATH = "app.bsky.feed.post/3mptbypluud2a";

  private final Servers servers = Servers.embedded();
  private final PoisonRelay relay;
  private final Pipeline pipeline;
  private final Reader reader;
  private final LettersInTopic letters;
  private final List<Long> events = new ArrayList<>();
  private long lastSeq;

  PoisonedPipeline() throws IOException, SQLException {
    this(Patience.defaults());
  }

  /**
   * @param patience of the ingester
   */
  PoisonedPipeline(Patience patience) throws IOException, SQLException {
    relay = new PoisonRelay();
    pipeline = new Pipeline(servers, relay.uri(), 6, InstantSource.system(), Map.of(), patience);
    reader = pipeline.reader();
    letters = new LettersInTopic(servers.bootstrapServers());
  }

  Servers servers() {
    return servers;
  }

  PoisonRelay relay() {
    return relay;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  LettersInTopic letters() {
    return letters;
  }

  long nextSeq() {
    return ++lastSeq;
  }

  /** The event of this seq must be readable in the end. */
  void expectEvent(long seq) {
    events.add(seq);
  }

  /** The seqs of all events that must be readable, ascending. */
  List<Long> expectedEvents() {
    return events;
  }

  static byte[] good(long seq) {
    return new CommitFrame().seq(seq).create(PATH, Map.of("text", "good " + seq)).bytes();
  }

  /**
   * @param afterBad sends something bad and a good event after it
   */
  void assertReadableWithin(Duration max, Promptness.Sending afterBad) throws Exception {
    Promptness.assertReadableWithin(max, () -> timeToGood("a good one"), afterBad);
  }

  /** Sends a good event, waits until it can be read, answers its seq. */
  long sendGood(String after) throws InterruptedException {
    timeToGood(after);
    return lastSeq;
  }

  /** Sends a good event; answers how long it takes until it can be read. */
  Duration timeToGood(String after) throws InterruptedException {
    long seq = nextSeq();
    expectEvent(seq);
    long begin = System.nanoTime();
    relay.send(seq, good(seq));
    JsonNode event = awaitReadable(seq, after);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(event.at("/record/ops/0/record/text").asString()).isEqualTo("good " + seq);
    System.out.printf("%5d ms until the next good event, after: %s%n", took.toMillis(), after);
    return took;
  }

  JsonNode awaitReadable(long seq, String after) throws InterruptedException {
    long deadline = System.nanoTime() + READABLE_MAX.toNanos();
    HttpResponse<byte[]> answer = get("/api/events/" + seq);
    while (answer.statusCode() != OK) {
      assertThat(System.nanoTime())
          .as("seq %d is readable within %s after: %s", seq, READABLE_MAX, after)
          .isLessThan(deadline);
      Thread.sleep(LOOK_AGAIN_MILLIS);
      answer = get("/api/events/" + seq);
    }
    return JSON.readTree(answer.body());
  }

  HttpResponse<byte[]> get(String path) throws InterruptedException {
    return reader.answer(path);
  }

  /** What every reader finds: the seqs of all readable events, in the order of the pages. */
  List<Long> readableEvents() throws InterruptedException {
    List<Long> seqs = new ArrayList<>();
    long since = 0;
    while (true) {
      JsonNode page =
          JSON.readTree(
              new String(
                  get("/api/events?limit=1000&since=" + since).body(), StandardCharsets.UTF_8));
      page.path("events").forEach(event -> seqs.add(event.path("seq").asLong()));
      long next = page.path("max_seq").asLong();
      if (next == since) {
        return seqs;
      }
      since = next;
    }
  }

  @Override
  public void close() throws IOException {
    letters.close();
    pipeline.close();
    relay.close();
    servers.close();
  }
}
