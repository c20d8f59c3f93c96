package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.compression.UnreadableEventException;
import io.skywire.common.tracing.Tracing;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ZstdEncodingTest {
  private static final int ENOUGH = 25_000;
  private static final int BATCH = 5_000;

  /** More than after which the driver has the server keep a statement, and its description. */
  private static final int BATCHES_TO_PREPARE = 20;

  private final Random random = new Random(7);
  private final List<Refused> deadLetters = new ArrayList<>();
  private final TreeMap<Long, String> written = new TreeMap<>();
  private final SinkProgress progress = new SinkProgress("topic-a");
  private final AtomicLong nanos = new AtomicLong(-5);
  private SinkDatabase database;
  private EventStore store;
  private Progress at = new Progress(0, null);
  private long seq;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.create();
    try (Connection connection = database.pool().getConnection()) {
      progress.register(connection, "skywire.events", 1);
    }
    store = open();
  }

  @AfterEach
  void stop() {
    store.close();
    database.close();
  }

  @Test
  void eventsAreReadAsTheyWereWrittenBeforeAndAfterADictionaryIsLearned() throws Exception {
    store(List.of("{}", "\"\\u0000\"", "{\"long\":\"" + "x".repeat(3_000_000) + "\"}"));
    // No shorter than what a frame is given at first, nor than what is kept for the next.
    store(List.of(noise(200_000), noise(3_000_000), noise(100)));
    assertThat(dictionaries()).isEmpty();
    long before = bytesAnEvent(BATCH);
    learn();
    assertThat(dictionaries()).hasSize(1);
    long after = bytesAnEvent(BATCH);
    System.out.printf("%d bytes an event without a dictionary, %d with one%n", before, after);
    assertThat(after).isLessThan(before * 3 / 4);
    assertThat(stored()).isEqualTo(written);
    assertThat(database.rows("select from firehose_events where event is not null")).isEmpty();
  }

  @Test
  void whoComesLaterGoesOnWithTheSameDictionary() throws Exception {
    learn();
    store.close();
    store = open();
    learn();
    assertThat(dictionaries()).hasSize(1);
    assertThat(stored()).isEqualTo(written);
  }

  @Test
  void thereIsAnotherDictionaryAfterAWeekAndTheOldOneIsStillRead() throws Exception {
    learn();
    nanos.addAndGet(Duration.ofDays(7).minusMinutes(1).toNanos());
    learn();
    assertThat(dictionaries()).hasSize(1);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    database.execute("update event_dictionaries set made_at = made_at - interval '7 days'");
    learn();
    assertThat(dictionaries()).hasSize(2);
    assertThat(stored()).isEqualTo(written);
  }

  @Test
  void theDictionaryIsStillThereHoweverOftenTheStoreLooks() throws Exception {
    learn();
    for (int batch = 0; batch < BATCHES_TO_PREPARE; batch++) {
      store(events(1));
    }
    assertThat(stored()).isEqualTo(written);
  }

  @Test
  void aDictionaryThatIsGoneIsNotUsedAnyMore() throws Exception {
    learn();
    int readable = written.size();
    // A standby took over that had not got it.
    database.execute("delete from event_dictionaries");
    // More often than the pool has connections: each of them goes back.
    for (int tries = 0; tries < 5; tries++) {
      assertThatThrownBy(() -> store(events(10)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("is no longer there");
    }
    assertThat(database.rows("select count(*) from firehose_events"))
        .containsExactly("" + readable);
    store.close();
    store = open();
    List<String> after = events(10);
    seq = readable;
    store(after);
    assertThat(read(seq)).isEqualTo(after.getLast());
    assertThatThrownBy(() -> read(seq - 10))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("event_dictionaries has no dictionary");
  }

  @Test
  void aDamagedFrameIsSaidToBeDamaged() throws Exception {
    store(List.of("{\"first\":true}"));
    database.execute("update firehose_events set event_zstd = 'x' || event_zstd");
    assertThatThrownBy(() -> read(1))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void whatIsNoJsonIsADeadLetterAndTheRestIsStored() throws Exception {
    store(List.of("{}", "{", "{\"third\":3}"));
    assertThat(deadLetters)
        .singleElement()
        .satisfies(letter -> assertThat(letter.detail()).contains("22P02", "invalid JSON"));
    written.remove(2L);
    assertThat(stored()).isEqualTo(written);
  }

  @Test
  void ofALongBatchTooWhichAThreadOfItsOwnCompresses() throws Exception {
    List<String> events = new ArrayList<>(events(BATCH));
    events.set(BATCH / 2, "{");
    events.set(BATCH - 1, "{\"long\":\"" + "x".repeat(3_000_000) + "\"}");
    store(events);
    assertThat(deadLetters)
        .singleElement()
        .satisfies(letter -> assertThat(letter.detail()).contains("22P02", "invalid JSON"));
    written.remove(BATCH / 2 + 1L);
    assertThat(stored()).isEqualTo(written);
    assertThat(compressors()).hasSize(1);
    store.close();
    assertThat(compressors()).isEmpty();
  }

  @Test
  void theShortestEventsTeachToo() throws Exception {
    store(Collections.nCopies(ENOUGH, "1"));
    store(List.of("{}"));
    assertThat(stored()).isEqualTo(written);
  }

  @Test
  void ofTwoSinksThatLearnTheSecondTakesTheDictionaryOfTheFirst() throws Exception {
    try (ZstdEncoding first = new ZstdEncoding(database.pool(), nanos::get);
        ZstdEncoding second = new ZstdEncoding(database.pool(), nanos::get);
        Connection connection = database.pool().getConnection()) {
      first.begin(connection);
      second.begin(connection);
      first.learn(batch(events(ENOUGH)).rows());
      second.learn(batch(events(ENOUGH)).rows());
      assertThat(dictionaries()).hasSize(1);
    }
  }

  @Test
  void afterEventsThatTeachNothingItTriesAgainLater() throws Exception {
    try (ZstdEncoding encoding = new ZstdEncoding(database.pool(), nanos::get);
        Connection connection = database.pool().getConnection()) {
      encoding.begin(connection);
      encoding.learn(batch(Collections.nCopies(ENOUGH, "")).rows());
      nanos.addAndGet(DictionaryTraining.PAUSE.toNanos() - 1);
      encoding.learn(batch(events(ENOUGH)).rows());
      assertThat(dictionaries()).isEmpty();
      nanos.addAndGet(1);
      encoding.learn(batch(events(ENOUGH)).rows());
      assertThat(dictionaries()).hasSize(1);
    }
  }

  private static List<Thread> compressors() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sink-compressor"))
        .toList();
  }

  private EventStore open() {
    return new EventStore(
        database.pool(),
        progress,
        new DayPartitions(database.pool(), InstantSource.system()),
        deadLetters::addAll,
        new ZstdEncoding(database.pool(), nanos::get),
        Tracing.none());
  }

  private void learn() throws Exception {
    store(events(ENOUGH));
  }

  private long bytesAnEvent(int events) throws Exception {
    long from = seq;
    store(events(events));
    return Long.parseLong(
        database
            .rows("select avg(length(event_zstd))::bigint from firehose_events where seq > " + from)
            .getFirst());
  }

  private void store(List<String> events) throws Exception {
    for (int from = 0; from < events.size(); from += BATCH) {
      EventBatch batch = batch(events.subList(from, Math.min(events.size(), from + BATCH)));
      store.store(batch, Map.of(0, at), List.of());
      at = batch.progress().firstEntry().getValue();
      store.learn(batch);
    }
  }

  private EventBatch batch(List<String> events) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String event : events) {
      seq++;
      records.add(TestRecords.event(0, seq, event));
      written.put(seq, event);
    }
    return TestRecords.batch(0, at, records);
  }

  private String noise(int digits) {
    StringBuilder noise = new StringBuilder("\"");
    while (noise.length() < digits) {
      noise.append(Long.toHexString(random.nextLong()));
    }
    return noise.append('"').toString();
  }

  private List<String> events(int count) {
    List<String> events = new ArrayList<>();
    for (int event = 0; event < count; event++) {
      events.add(
          "{\"event_type\":\"commit\",\"repo\":\"did:plc:%x\",\"action\":\"create\",\"record\":{\"$type\":\"app.bsky.feed.like\",\"subject\":\"%x\"}}"
              .formatted(random.nextLong(), random.nextLong()));
    }
    return events;
  }

  private List<String> dictionaries() {
    return database.rows("select id from event_dictionaries");
  }

  private String read(long wanted) throws SQLException {
    return String.join("", read("where seq = " + wanted).values());
  }

  private Map<Long, String> stored() throws SQLException {
    return read("");
  }

  private Map<Long, String> read(String where) throws SQLException {
    Map<Long, String> events = new TreeMap<>();
    try (Connection connection = database.pool().getConnection();
        EventDictionaries dictionaries = new EventDictionaries();
        EventDecompressor decompressor = dictionaries.decompressor(connection);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select seq, event, event_zstd, event_bytes as bytes from firehose_events "
                    + where)) {
      while (row.next()) {
        events.put(
            row.getLong(1),
            new String(Objects.requireNonNull(decompressor.event(row)), StandardCharsets.UTF_8));
      }
    }
    return events;
  }
}
