package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.OverloadedException;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.compression.EventDictionaries;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Large events among small ones: every fourth is large, and one as large as any can be. */
@Timeout(120)
class EventMemoryTest {
  private static final int MIB = 1024 * 1024;
  private static final int EVENTS = 120;
  private static final int LARGEST = 54;
  private static final int LARGEST_BYTES = 15 * MIB;
  private static final PageRequest EVERYTHING = PageRequest.of(0, 1000, EventFilter.ALL);

  private static TestDatabase database;
  private static TestApi api;
  private static String token;
  private static String other;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    database.execute(
        """
        insert into firehose_events (seq, event_type, repo, indexed_at, event)
        select i, 'commit', 'did:plc:a', timestamptz '2026-07-01 12:00Z',
               ('{"seq":' || i || ',"text":"' || repeat('x', case
                   when i = %d then %d when i %% 4 = 0 then %d else 100 end) || '"}')::json
        from generate_series(1, %d) i
        """
            .formatted(LARGEST, LARGEST_BYTES, MIB, EVENTS));
    database.watermark(EVENTS + 5);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
    other = new TokenStore(database.dataSource(), TestApi.SECRET).create("other");
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  @Test
  void aPageEndsBeforeItsBytesAreTooManyAndTheNextGoesOnFromThere() throws Exception {
    List<Long> seqs = new ArrayList<>();
    long since = 0;
    int cut = 0;
    while (since < EVENTS + 5) {
      HttpResponse<byte[]> answer = api.get("/api/events?limit=1000&since=" + since, token);
      JsonNode page = TestApi.json(answer);
      List<Long> ofPage = new ArrayList<>();
      page.get("events").forEach(event -> ofPage.add(event.get("seq").asLong()));
      since = page.get("max_seq").asLong();
      if (since < EVENTS + 5) {
        assertThat(since).isEqualTo(ofPage.getLast());
        cut++;
      }
      if (ofPage.size() > 1) {
        assertThat(answer.body().length).isLessThan((int) EventQuery.PAGE_BYTES_MAX + 1000);
      }
      seqs.addAll(ofPage);
    }
    assertThat(seqs).containsExactlyElementsOf(LongStream.rangeClosed(1, EVENTS).boxed().toList());
    assertThat(cut).isGreaterThan(3);
  }

  @Test
  void aLargeEventComesBackUnchanged() throws Exception {
    String expected = "{\"seq\":" + LARGEST + ",\"text\":\"" + "x".repeat(LARGEST_BYTES) + "\"}";
    HttpResponse<byte[]> answer = api.get("/api/events/" + LARGEST, token);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8).equals(expected)).isTrue();
  }

  @Test
  void whatIsReusedIsTakenOnce() {
    EventMemory memory = new EventMemory(MIB, Duration.ofMillis(50));
    try (EventMemory.Lease lease = memory.lease()) {
      lease.take(MIB / 2);
      lease.reuse();
      assertThat(lease.tryTake(MIB / 2)).isTrue();
      assertThat(memory.freeBytes()).isEqualTo(MIB / 2);
    }
    assertThat(memory.freeBytes()).isEqualTo(MIB);
  }

  @Test
  void aPageTakesWhatRoomOthersLeaveAndGivesItBack() throws Exception {
    EventMemory memory = new EventMemory(6 * MIB, Duration.ofMillis(50));
    EventQuery query =
        new EventQuery(
            database.dataSource(),
            new EventDictionaries(),
            EventQuery.SCAN_MAX,
            EventQuery.PAGE_BYTES_MAX);
    try (EventMemory.Lease first = memory.lease()) {
      first.take(4 * MIB);
      try (EventMemory.Lease second = memory.lease()) {
        EventPage page = query.page(EVERYTHING, second);
        assertThat(page.events()).as("one large one, and the small ones around it").hasSize(7);
        assertThat(page.maxSeq()).isEqualTo(7);
        assertThat(memory.freeBytes()).isLessThan(MIB);
        try (EventMemory.Lease third = memory.lease()) {
          PageRequest large = PageRequest.of(3, 1000, EVERYTHING.filter());
          assertThatThrownBy(() -> query.page(large, third))
              .isInstanceOf(OverloadedException.class);
        }
      }
    }
    assertThat(memory.freeBytes()).isEqualTo(6 * MIB);
  }

  @Test
  void readersThatDoNotReadMakeOthersOfTheirTokenWaitAndNotTheMemoryGrow() throws Exception {
    List<Socket> readers = new ArrayList<>();
    try {
      List<String> head = askAndReadNothingMore(readers);
      while (head.getFirst().contains(" 200")) {
        assertThat(readers.size())
            .as("pages of 7 MiB under way")
            .isLessThanOrEqualTo(EventMemory.BYTES_MAX / 2 / (6 * MIB));
        head = askAndReadNothingMore(readers);
      }
      assertThat(readers.size()).as("and the one that was refused").isGreaterThan(3);
      assertThat(head.getFirst()).contains(" 503");
      assertThat(head).anyMatch(line -> line.startsWith("Retry-After: "));
      assertThat(api.get("/api/events?since=3&limit=1000", other).statusCode())
          .as("of another token")
          .isEqualTo(200);
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
    int status = 503;
    while (status == 503) {
      status = api.get("/api/events?since=3", token).statusCode();
    }
    assertThat(status).isEqualTo(200);
  }

  /** A small window leaves most of the page with the api; its head comes once it has the page. */
  private static List<String> askAndReadNothingMore(List<Socket> readers) throws Exception {
    Socket socket = new Socket();
    readers.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
    socket
        .getOutputStream()
        .write(
            ("GET /api/events?since=3&limit=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + token
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 512);
    List<String> head = new ArrayList<>();
    String line;
    while ((line = in.readLine()) != null && !line.isEmpty()) {
      head.add(line);
    }
    return head;
  }
}
