package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestDatabase;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.OverloadedException;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.compression.UnreadableEventException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages of a stream's history, compared with what was stored. */
@Timeout(120)
class PageCopyTest {
  private static final long SEED = System.nanoTime();
  private static final int EVENTS = 1_500;

  private final Random random = new Random(SEED);
  private final TreeMap<Long, String> stored = new TreeMap<>();
  private EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, Duration.ofMillis(50));
  private TestDatabase database;

  @BeforeEach
  void start() {
    System.out.println("seed " + SEED);
    database = TestDatabase.create();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aPageHasWhatWasStoredInWhateverForm() throws Exception {
    long last = store(EVENTS);
    long watermark = last - 20;
    database.watermark(watermark);
    EventQuery query = query(new EventDictionaries(), EventQuery.PAGE_BYTES_MAX);
    for (int round = 0; round < 40; round++) {
      long since = round == 0 ? 0 : random.nextLong(last + 10);
      long through = round % 3 == 0 ? Long.MAX_VALUE : since + random.nextInt(2_000);
      assertThat(walk(query, since, through)).isEqualTo(text(since, Math.min(watermark, through)));
    }
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  @Test
  void pagesEndBeforeTheirBytesAreTooMany() throws Exception {
    long last = store(EVENTS);
    database.watermark(last);
    EventQuery query = query(new EventDictionaries(), 100_000);
    int before = pages;
    assertThat(walk(query, 0, Long.MAX_VALUE)).isEqualTo(text(0, last));
    assertThat(pages - before).isGreaterThan(10);
  }

  @Test
  void aPageTakesNoMoreMemoryThanThereIs() throws Exception {
    long last = store(EVENTS);
    database.watermark(last);
    int bytes = 300_000;
    memory = new EventMemory(bytes, Duration.ofMillis(50));
    EventQuery query = query(new EventDictionaries(), EventQuery.PAGE_BYTES_MAX);
    assertThat(walk(query, 0, Long.MAX_VALUE)).isEqualTo(text(0, last));
    assertThat(memory.freeBytes()).isEqualTo(bytes);
    try (EventMemory.Lease mine = memory.lease();
        EventMemory.Lease others = memory.lease()) {
      others.take(memory.freeBytes() + EventWalks.INLINE_BYTES_MAX);
      assertThat(memory.freeBytes()).isZero();
      PageRequest request = PageRequest.of(0, PageRequest.LIMIT_MAX, EventFilter.ALL);
      // What the lease begins with is enough for a short first event, and for no other.
      StreamPage page = query.streamPage(request, mine);
      assertThat(page.events()).isBetween(1, 200);
      long large =
          stored.entrySet().stream()
              .filter(event -> event.getValue().length() > 20_000)
              .findFirst()
              .orElseThrow()
              .getKey();
      mine.reuse();
      assertThatThrownBy(() -> query.streamPage(request.after(large - 1), mine))
          .isInstanceOf(OverloadedException.class);
    }
    assertThat(memory.freeBytes()).isEqualTo(bytes);
  }

  /** The dictionaries are known from other pages, not known at all, or known from half of them. */
  @Test
  void aDictionaryThatIsNotKnownYetIsFoundInTheMiddleOfAPage() throws Exception {
    long first = store(300);
    long last = store(300);
    database.watermark(last);
    EventDictionaries dictionaries = new EventDictionaries();
    EventQuery query = query(dictionaries, EventQuery.PAGE_BYTES_MAX);
    assertThat(walk(query, 0, first)).isEqualTo(text(0, first));
    for (int again = 0; again < 2; again++) {
      assertThat(walk(query, 0, Long.MAX_VALUE)).isEqualTo(text(0, last));
    }
  }

  @Test
  void whatCannotBeReadIsRefusedAndTheNextPageIsRead() throws Exception {
    long last = store(400);
    database.watermark(last);
    EventQuery query = query(new EventDictionaries(), EventQuery.PAGE_BYTES_MAX);
    walk(query, 0, Long.MAX_VALUE);
    List<Long> compressed = compressed();
    for (String damage :
        List.of(
            "event_zstd = substring(event_zstd from 1 for octet_length(event_zstd) - 3)",
            "event_zstd = substring(event_zstd from 1 for 5)",
            "event_zstd = ''",
            "event_zstd = overlay(event_zstd placing '\\x00000000' from 1)",
            "event_zstd = event_zstd || event_zstd",
            "event_bytes = event_bytes - 1",
            "event_bytes = event_bytes + 1",
            "event_bytes = -1",
            "event_bytes = 0")) {
      long seq = compressed.get(random.nextInt(compressed.size()));
      database.execute("create table kept as select * from firehose_events where seq = " + seq);
      database.execute("update firehose_events set " + damage + " where seq = " + seq);
      assertThatThrownBy(
              () -> walk(query, Math.max(0, seq - 1 - random.nextInt(3)), Long.MAX_VALUE))
          .as(damage)
          .isInstanceOf(UnreadableEventException.class);
      assertThat(walk(query, seq, Long.MAX_VALUE)).as(damage).isEqualTo(text(seq, last));
      database.execute(
          """
          update firehose_events e set event_zstd = kept.event_zstd, event_bytes = kept.event_bytes
          from kept where e.seq = kept.seq;
          drop table kept
          """);
    }
    assertThat(walk(query, 0, Long.MAX_VALUE)).isEqualTo(text(0, last));
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  private int pages;

  /** All pages of a stream, each beginning where the one before it ended. */
  private String walk(EventQuery query, long since, long through) throws Exception {
    StringBuilder all = new StringBuilder();
    PageRequest next =
        PageRequest.of(since, PageRequest.LIMIT_MAX, EventFilter.ALL).through(through);
    while (true) {
      StreamPage page;
      try (EventMemory.Lease lease = memory.lease()) {
        page = query.streamPage(next, lease);
      }
      pages++;
      all.append(StreamPagesTest.text(page));
      assertThat(page.events()).isLessThanOrEqualTo(PageRequest.LIMIT_MAX);
      if (page.isLast() || page.maxSeq() >= through) {
        return all.toString();
      }
      assertThat(page.maxSeq()).isGreaterThan(next.since());
      next = next.after(page.maxSeq());
    }
  }

  private String text(long since, long through) {
    StringBuilder text = new StringBuilder();
    if (since < through) {
      for (Map.Entry<Long, String> event : stored.subMap(since, false, through, true).entrySet()) {
        text.append("id: ").append(event.getKey());
        text.append("\ndata: ").append(event.getValue()).append("\n\n");
      }
    }
    return text.toString();
  }

  private EventQuery query(EventDictionaries dictionaries, long pageBytesMax) {
    return new EventQuery(database.dataSource(), dictionaries, EventQuery.SCAN_MAX, pageBytesMax);
  }

  private List<Long> compressed() throws Exception {
    List<Long> seqs = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select seq from firehose_events"
                    + " where event_zstd is not null and event_bytes < 60000 order by seq");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        seqs.add(row.getLong(1));
      }
    }
    return seqs;
  }

  /** Stores more, in all three forms, with a dictionary of their own; answers the last seq. */
  private long store(int events) throws Exception {
    List<String> texts = new ArrayList<>();
    long seq = stored.isEmpty() ? 0 : stored.lastKey();
    List<Long> seqs = new ArrayList<>();
    for (int event = 0; event < events; event++) {
      seq += 1 + random.nextInt(3);
      seqs.add(seq);
      texts.add(json(seq));
      stored.put(seq, texts.getLast());
    }
    try (StoredForms forms = new StoredForms(texts);
        Connection connection = database.dataSource().getConnection();
        PreparedStatement dictionary =
            connection.prepareStatement(
                "insert into event_dictionaries (id, dictionary) values (?, ?)");
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into firehose_events
                  (seq, event_type, indexed_at, event, event_bytes, event_zstd)
                values (?, 'commit', timestamptz '2026-07-01 12:00Z' + make_interval(days => ?),
                        ?::json, ?, ?)
                """)) {
      dictionary.setInt(1, forms.dictionaryId());
      dictionary.setBytes(2, forms.dictionary());
      dictionary.executeUpdate();
      for (int event = 0; event < events; event++) {
        insert.setLong(1, seqs.get(event));
        insert.setInt(2, random.nextInt(TestDatabase.DAYS));
        forms.bind(insert, 3, texts.get(event));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return seq;
  }

  private String json(long seq) {
    int length =
        switch (seq < 4 ? 50 : random.nextInt(100)) {
          case 0 -> 25_000;
          case 1 -> 100_000;
          default -> random.nextInt(800);
        };
    byte[] text = new byte[length];
    for (int index = 0; index < length; index++) {
      text[index] = (byte) ('a' + random.nextInt(index % 5 == 0 ? 26 : 3));
    }
    return "{\"seq\":%d,\"event_type\":\"commit\",\"text\":\"%s\"}"
        .formatted(seq, new String(text, StandardCharsets.US_ASCII));
  }
}
