package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.connections.ClientPatience;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.ReadableChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Readers of a whole api who ask for more than sockets keep for them, and read none of it, beside
 * one who does read. The first event is as large as any can be.
 */
@Timeout(120)
class SlowReadersTest {
  private static final int LARGEST_BYTES = 15 * 1024 * 1024;
  private static final Duration CUT_OFF_AFTER = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration NEVER = Duration.ofMinutes(10);
  private static final String CUT_OFF = "skywire_api_clients_cut_off_total{reason=\"%s\"}";

  private TestDatabase database;
  private Map<String, String> variables;
  private String slow;
  private String other;
  private long stored;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    slow = tokens.create("slow");
    other = tokens.create("other");
    variables = new HashMap<>(TestApi.variables(database.url()));
    variables.put("SKYWIRE_API_STREAMS_PER_TOKEN", "1");
    store(LARGEST_BYTES);
    store(1);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  /** The bound on a whole page, and the server's own on silence. */
  static Stream<Arguments> whicheverIsFirst() {
    return Stream.of(
        Arguments.of("slow", new ClientPatience(NEVER, CUT_OFF_AFTER)),
        Arguments.of("silent", new ClientPatience(CUT_OFF_AFTER, NEVER)));
  }

  @ParameterizedTest
  @MethodSource("whicheverIsFirst")
  void whoStopsReadingIsCutOffAndGivesBackAllWhileOthersGoOn(String reason, ClientPatience patience)
      throws Exception {
    try (TestApi api = new TestApi(variables, patience);
        StreamClient reader = StreamClient.open(api.port(), "/api/stream?since=0", other, null)) {
      reader.awaitSeq(stored, PATIENCE);
      long began = System.nanoTime();
      try (Socket stream = ask(api, "/api/stream?since=0", "text/event-stream");
          Socket page = ask(api, "/api/events?since=0", "application/x-ndjson")) {
        double held = 0;
        double streams = 0;
        double cutOff = 0;
        while (cutOff < 2) {
          store(1);
          reader.awaitSeq(stored, PATIENCE);
          Map<String, Double> now = metrics(api);
          held = Math.max(held, value(now, "skywire_api_event_memory_bytes"));
          streams = Math.max(streams, value(now, "skywire_api_streams"));
          cutOff = value(now, CUT_OFF.formatted(reason));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(CUT_OFF_AFTER);
        assertThat(held).isGreaterThan(LARGEST_BYTES);
        assertThat(streams).as("with the one who reads").isEqualTo(2);
        assertThat(bytesUntilTheEnd(stream)).isLessThan(LARGEST_BYTES);
        assertThat(bytesUntilTheEnd(page)).isLessThan(LARGEST_BYTES);
      }
      awaitThatNothingIsHeld(api);
      Map<String, Double> afterwards = metrics(api);
      assertThat(
              value(afterwards, CUT_OFF.formatted("slow"))
                  + value(afterwards, CUT_OFF.formatted("silent")))
          .as("each once")
          .isEqualTo(2);
      assertThat(afterwards.keySet())
          .as("none of it is a defect")
          .noneMatch(name -> name.contains("status=\"500\""));
      // It has its one place again.
      assertThat(
              api.send("HEAD", "/api/stream?since=0", "Authorization", "Bearer " + slow)
                  .statusCode())
          .isEqualTo(200);
      store(1);
      reader.awaitSeq(stored, PATIENCE);
      assertThat(reader.seqs()).isEqualTo(LongStream.rangeClosed(1, stored).boxed().toList());
    }
  }

  /** A stream's thread has no memory while it waits; the other request is this one. */
  private void awaitThatNothingIsHeld(TestApi api) throws Exception {
    Map<String, Double> expected =
        Map.of(
            "skywire_api_event_memory_bytes", 0.0,
            "skywire_api_streams", 1.0,
            "skywire_api_stream_events_total", (double) stored,
            "skywire_api_requests_in_flight", 2.0,
            "hikaricp_connections_active{pool=\"skywire-api\"}", 0.0);
    Map<String, Double> now = metrics(api);
    while (!now.entrySet().containsAll(expected.entrySet())) {
      TimeUnit.MILLISECONDS.sleep(20);
      now = metrics(api);
    }
  }

  private static Map<String, Double> metrics(TestApi api) throws Exception {
    Map<String, Double> metrics = new HashMap<>();
    new String(api.get("/metrics").body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          metrics.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
    return metrics;
  }

  private static double value(Map<String, Double> metrics, String name) {
    return Objects.requireNonNull(metrics.get(name), name);
  }

  /** A small window leaves most of the answer with the api. */
  private Socket ask(TestApi api, String path, String type) throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(4096);
    client.setSoTimeout((int) PATIENCE.toMillis());
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    String head =
        "GET %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(path, type, slow);
    client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  /** What sockets have kept for it; fails when it does not end. */
  private static long bytesUntilTheEnd(Socket client) throws SocketTimeoutException {
    byte[] bytes = new byte[64 * 1024];
    long all = 0;
    try {
      for (int read = 0; read >= 0; read = client.getInputStream().read(bytes)) {
        all += read;
      }
    } catch (SocketTimeoutException open) {
      throw open;
    } catch (IOException reset) {
      return all;
    }
    return all;
  }

  /** One more event of so many bytes, readable at once. */
  private void store(int bytes) {
    stored++;
    database.execute(
        """
        insert into firehose_events (seq, event_type, repo, indexed_at, event)
        values (%1$d, 'commit', 'did:plc:a', timestamptz '2026-07-01 12:00Z',
                ('{"seq":%1$d,"text":"' || repeat('x', %2$d) || '"}')::json)
        """
            .formatted(stored, bytes));
    database.watermark(stored);
    database.execute("notify " + ReadableChannel.NAME);
  }
}
