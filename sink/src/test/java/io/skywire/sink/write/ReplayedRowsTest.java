package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.tracing.Tracing;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters that are replayed, in the batch of others or alone. */
class ReplayedRowsTest {
  private static final Progress START = new Progress(0, null);
  private static final String NO_JSON = "{";

  private final SinkProgress progress = new SinkProgress("topic-1");
  private final List<Refused> deadLetters = new ArrayList<>();
  private SinkDatabase database;
  private EventStore store;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.create();
    try (Connection connection = database.pool().getConnection()) {
      progress.register(connection, "skywire.events", 1);
    }
    store =
        new EventStore(
            database.pool(),
            progress,
            new DayPartitions(database.pool(), InstantSource.system()),
            deadLetters::addAll,
            EventEncoding.JSON,
            Tracing.none());
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aReplayOfWhatWasNeverAnEventIsAddedOnceHoweverOftenItIsRepeated() throws Exception {
    Progress read = new Progress(0, 20L);
    EventBatch twice =
        TestRecords.batch(
            0,
            read,
            List.of(
                TestRecords.replay(7, "new", "{\"made\":1}"),
                TestRecords.replay(7, "new", "{\"made\":2}")));
    setProgress(read);
    assertThat(store.store(twice, Map.of(0, read), List.of()).stored()).isEqualTo(2);
    assertThat(database.rows("select seq, event from firehose_events"))
        .containsExactly("7,{\"made\":2}");
    assertThat(database.rows("select watermark_seq from sink_progress")).containsExactly("20");
  }

  @Test
  void aReplayTakesThePlaceOfTheEventAndOfItsFurtherCollections() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(
        TestRecords.collections(TestRecords.event(0, 7, "{\"flawed\":true}"), "a.b.c,d.e.f"));
    records.add(TestRecords.event(0, 8, "{}"));
    // In the batch of what it replaces: a sink that catches up sees both at once.
    records.add(TestRecords.collections(TestRecords.replay(7, "replaces", "{}"), "a.b.c,g.h.i"));
    store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(database.rows("select seq, event from firehose_events order by seq"))
        .containsExactly("7,{}", "8,{}");
    assertThat(database.rows("select collection, seq from firehose_event_collections"))
        .containsExactly("g.h.i,7");
  }

  @Test
  void aReplayOfARefusedRecordLeavesWhatIsThere() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            TestRecords.event(0, 7, "{\"first\":true}"),
            TestRecords.event(0, 8, NO_JSON),
            TestRecords.replay(7, "repeats", "{}"),
            TestRecords.replay(8, "repeats", "{\"mended\":true}"));
    Outcome outcome =
        store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(outcome.stored()).isEqualTo(2);
    assertThat(outcome.repeated()).isEqualTo(1);
    assertThat(outcome.refused()).hasSize(1);
    assertThat(database.rows("select seq, event from firehose_events order by seq"))
        .containsExactly("7,{\"first\":true}", "8,{\"mended\":true}");
  }

  @Test
  void aReplayThatIsRefusedLeavesWhatItWasToReplace() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(TestRecords.event(0, 7, "{}"), TestRecords.replay(7, "replaces", NO_JSON));
    Outcome outcome =
        store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(outcome.stored()).isEqualTo(1);
    assertThat(outcome.refused()).hasSize(1);
    assertThat(deadLetters).hasSize(1);
    assertThat(database.rows("select seq, event from firehose_events")).containsExactly("7,{}");
  }

  private void setProgress(Progress to) {
    database.execute(
        "update sink_progress set next_offset = %d, watermark_seq = %d"
            .formatted(to.nextOffset(), to.watermark()));
  }
}
