package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.tracing.Tracing;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store on a database of its own, and what there is in it. */
abstract class StoreSetUp {
  static final Progress START = new Progress(0, null);
  static final String NO_JSON = "{";

  final SinkProgress progress = new SinkProgress("topic-1");
  final List<Refused> deadLetters = new ArrayList<>();
  SinkDatabase database;
  EventStore store;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.create();
    try (Connection connection = database.pool().getConnection()) {
      progress.register(connection, "skywire.events", 1);
    }
    store = storeWith(deadLetters::addAll);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  EventStore storeWith(EventStore.DeadLetters letters) {
    return new EventStore(
        database.pool(),
        progress,
        new DayPartitions(database.pool(), InstantSource.system()),
        letters,
        EventEncoding.JSON,
        Tracing.none());
  }

  /** Seqs 1 to 20; PostgreSQL refuses those that are named. */
  static EventBatch batch(Set<Long> refused) {
    return batch(1, refused);
  }

  static EventBatch batch(long first, Set<Long> refused) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long seq = first; seq < first + 20; seq++) {
      records.add(TestRecords.event(0, seq, refused.contains(seq) ? NO_JSON : "{}"));
    }
    return TestRecords.batch(0, START, records);
  }

  static List<String> seqsBut(Set<Long> refused) {
    return LongStream.rangeClosed(1, 20)
        .filter(seq -> !refused.contains(seq))
        .mapToObj(Long::toString)
        .toList();
  }

  /** The disk is full as soon as this seq is written. */
  void failAt(long seq) {
    refuse("53100", "before insert on firehose_events for each row when (new.seq = " + seq + ")");
  }

  void refuse(String state, String when) {
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          raise exception 'no space left on device' using errcode = '%s';
        end $$
        """
            .formatted(state));
    database.execute("create trigger fail %s execute function fail()".formatted(when));
  }

  void assertNothingStored() {
    assertThat(seqs()).isEmpty();
    assertThat(stored()).containsExactly("0,");
    assertThat(deadLetters).isEmpty();
  }

  List<String> seqs() {
    return database.rows("select seq from firehose_events order by seq");
  }

  List<String> stored() {
    return database.rows("select next_offset, watermark_seq from sink_progress");
  }
}
