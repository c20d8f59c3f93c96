package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.EventFilter;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.database.Migrations;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What readers are told when days are dropped, in the way in which a sink drops them. */
@Timeout(120)
class TruncatedTest {
  /** Of one day. */
  private static final int EVENTS = 1_000;

  private static final int DAYS = 40;

  private TestDatabase database;

  @BeforeEach
  void start() {
    database = TestDatabase.empty();
    Migrations.migrate(database.dataSource());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aReaderIsToldWhenEventsAfterItsSinceAreGone() throws Exception {
    days(3);
    try (TestApi api = new TestApi(database.url())) {
      String token = TestApi.token(database.dataSource());
      assertThat(page(api, token, "0").has("truncated")).isFalse();
      drop(1);
      for (String query : List.of("0", "999", "0&repo=did:plc:r1", "0&event_type=none")) {
        JsonNode page = page(api, token, query);
        assertThat(page.path("truncated").asBoolean()).as(query).isTrue();
        assertThat(page.path("oldest_seq").asLong()).as(query).isEqualTo(1001);
      }
      assertThat(page(api, token, "0").path("events").get(0).path("seq").asLong()).isEqualTo(1001);
      for (String query : List.of("1000", "1001", "3000", "9999")) {
        assertThat(page(api, token, query).has("truncated")).as(query).isFalse();
      }
    }
  }

  @Test
  void aTrimmedEventIsNotFoundForThatReason() throws Exception {
    days(2);
    drop(1);
    try (TestApi api = new TestApi(database.url())) {
      String token = TestApi.token(database.dataSource());
      HttpResponse<byte[]> trimmed = api.get("/api/events/1000", token);
      assertThat(trimmed.statusCode()).isEqualTo(404);
      assertThat(TestApi.json(trimmed).path("error").asString()).contains("trimmed", "1000");
      assertThat(api.get("/api/events/1001", token).statusCode()).isEqualTo(200);
      HttpResponse<byte[]> beyond = api.get("/api/events/2001", token);
      assertThat(beyond.statusCode()).isEqualTo(404);
      assertThat(TestApi.json(beyond).path("error").asString()).doesNotContain("trimmed");
    }
  }

  @Test
  void aReaderWhoPagesWhileDaysAreDroppedGetsEveryEventOrIsTold() throws Exception {
    days(DAYS);
    EventQuery query =
        new EventQuery(
            database.dataSource(), new EventDictionaries(), 50, EventQuery.PAGE_BYTES_MAX);
    EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX);
    AtomicLong dropped = new AtomicLong();
    List<Read> truncated = new ArrayList<>();
    try (ExecutorService sink = Executors.newSingleThreadExecutor()) {
      Future<?> dropping =
          sink.submit(() -> {
            for (int day = 1; day < DAYS; day++) {
              drop(day);
              dropped.incrementAndGet();
            }
          });
      boolean done;
      do {
        done = dropping.isDone();
        // Just ahead of what is dropped next, where the two meet, and just behind it.
        for (int behind = 0; behind <= 1; behind++) {
          for (boolean streamed : new boolean[] {false, true}) {
            long since = Math.max(0, dropped.get() - behind) * EVENTS + 500;
            Read page;
            try (EventMemory.Lease lease = memory.lease()) {
              page = read(query, since, streamed, lease);
            }
            List<Long> complete = LongStream.rangeClosed(since + 1, page.maxSeq()).boxed().toList();
            if (page.isTruncated()) {
              truncated.add(page);
              assertThat(complete).endsWith(page.seqs().toArray(Long[]::new));
            } else {
              assertThat(page.seqs()).isEqualTo(complete);
            }
          }
        }
      } while (!done);
      dropping.get();
    }
    System.out.println(truncated.size() + " pages were truncated");
    assertThat(truncated)
        .as("pages of both kinds that met a drop")
        .extracting(Read::isStreamed)
        .contains(false, true);
  }

  /** What a page says of itself. */
  private record Read(boolean isStreamed, List<Long> seqs, long maxSeq, boolean isTruncated) {}

  private static Read read(EventQuery query, long since, boolean streamed, EventMemory.Lease lease)
      throws SQLException {
    PageRequest request = PageRequest.of(since, 1000, EventFilter.ALL);
    if (streamed) {
      StreamPage page = query.streamPage(request, lease);
      String text = StreamPagesTest.text(page);
      boolean isTruncated = text.startsWith("event: truncated\n");
      return new Read(true, StreamPagesTest.seqs(text), page.maxSeq(), isTruncated);
    }
    EventPage page = query.page(request, lease);
    return new Read(false, seqs(page), page.maxSeq(), page.truncated());
  }

  private static List<Long> seqs(EventPage page) {
    return page.events().stream()
        .map(event -> new JsonMapper().readTree(event.json()).get("seq").asLong())
        .toList();
  }

  private static JsonNode page(TestApi api, String token, String since) throws Exception {
    HttpResponse<byte[]> answer = api.get("/api/events?since=" + since, token);
    assertThat(answer.statusCode()).isEqualTo(200);
    return TestApi.json(answer);
  }

  /** A thousand events each, of which all can be read. */
  private void days(int days) throws SQLException {
    for (int day = 1; day <= days; day++) {
      for (String table : List.of("firehose_events", "firehose_event_collections")) {
        database.execute(
            "create table %1$s_%2$d partition of %1$s for values from (%3$s) to (%4$s)"
                .formatted(table, day, midnight(day), midnight(day + 1)));
      }
    }
    database.execute(
        """
        insert into firehose_events (seq, event_type, repo, indexed_at, event)
        select seq, 'commit', 'did:plc:r' || seq %% 10,
               timestamptz '2026-07-01 00:00Z' + make_interval(days => (seq::int - 1) / %d),
               format('{"seq":%%s}', seq)::json
        from generate_series(1, %d) seq
        """
            .formatted(EVENTS, days * EVENTS));
    database.watermark((long) days * EVENTS);
  }

  private static String midnight(int day) {
    return "(timestamp '2026-07-01' + interval '%d days') at time zone 'UTC'".formatted(day - 1);
  }

  private void drop(int day) {
    database.execute(
        """
        begin;
        lock table only firehose_events, only firehose_event_collections in access exclusive mode;
        update retention set trimmed_through = (select max(seq) from firehose_events_%1$d);
        drop table firehose_events_%1$d, firehose_event_collections_%1$d;
        commit
        """
            .formatted(day));
  }
}
