package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CursorTopicTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CURSOR, 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private long end;

  @Test
  void anEmptyTopicHasNoCursor() {
    assertThat(read("a")).isEmpty();
  }

  @Test
  void theLastRecordOfEachRelayIsItsCursor() {
    record("a", 1);
    record("b", 7);
    record("a", 2);
    Map<String, Cursor> cursors = read("a");
    assertThat(seq(cursors, "a")).isEqualTo(2);
    assertThat(seq(cursors, "b")).isEqualTo(7);
  }

  @Test
  void aCursorFarBeforeTheLastRecordsIsFoundToo() {
    record("a", 5);
    for (int i = 0; i < 1500; i++) {
      record("b", i);
    }
    assertThat(seq(read("a"), "a")).isEqualTo(5);
  }

  @Test
  void whatIsFarBeforeTheLastRecordsIsNotReadForARelayThatIsAmongThem() {
    record("b", 5);
    for (int i = 0; i < 1500; i++) {
      record("a", i);
    }
    assertThat(read("a")).containsOnlyKeys("a");
  }

  @Test
  void aTopicThatCannotBeReadToItsEndIsNotAskedForEver() {
    end = 1;
    assertThatThrownBy(() -> read("a"))
        .isInstanceOf(KafkaException.class)
        .hasMessage("skywire.cursor could not be read to its end");
  }

  @Test
  void aRelayWhoseCursorWasTakenAwayHasNone() {
    record("a", 1);
    records.add(
        new ConsumerRecord<>(
            Topics.CURSOR, 0, end++, "a".getBytes(StandardCharsets.UTF_8), (byte[]) null));
    assertThat(read("a")).isEmpty();
  }

  @Test
  void aRecordThatIsNoCursorIsNotPassedOver() {
    record("a", 1);
    schedule("a", "nonsense");
    assertThatThrownBy(() -> read("a"))
        .isInstanceOf(KafkaException.class)
        .hasMessage("record 1 of skywire.cursor is no cursor");
  }

  @Test
  void aCursorThatSaysNothingOfAnOperatorIsTheIngesters() {
    schedule(
        "a", "{\"relay\":\"a\",\"seq\":5,\"time\":null,\"written_at\":\"2026-07-04T12:00:00Z\"}");
    assertThat(read("a"))
        .containsEntry("a", new Cursor("a", 5, null, Instant.parse("2026-07-04T12:00:00Z")));
  }

  @Test
  void anotherRelaysCursorAloneIsRefusedAndNamed() {
    Map<String, Cursor> other = Map.of("b", new Cursor("b", 7, null, Instant.EPOCH));
    assertThatThrownBy(() -> OtherRelay.check(other, "a"))
        .isInstanceOf(FatalException.class)
        .hasMessageContainingAll("relay a", "relay b", "seq 7", "SKYWIRE_RELAY_NAME=b");
    assertThat(OtherRelay.check(other, "b")).isEqualTo(other.get("b"));
    assertThat(OtherRelay.check(Map.of(), "a")).isNull();
  }

  private static long seq(Map<String, Cursor> cursors, String relay) {
    return Objects.requireNonNull(cursors.get(relay)).seq();
  }

  private void record(String relay, long seq) {
    schedule(
        relay,
        new String(new Cursor(relay, seq, null, Instant.EPOCH).toJson(), StandardCharsets.UTF_8));
  }

  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private void schedule(String relay, String value) {
    records.add(
        new ConsumerRecord<>(
            Topics.CURSOR,
            0,
            end++,
            relay.getBytes(StandardCharsets.UTF_8),
            value.getBytes(StandardCharsets.UTF_8)));
  }

  private Map<String, Cursor> read(String relay) {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    schedulePoll();
    return new CursorTopic(() -> consumer).read(relay);
  }

  /** What a poll brings depends on where the consumer stands, as with a real broker. */
  private void schedulePoll() {
    consumer.schedulePollTask(() -> {
      long from = consumer.position(PARTITION);
      records.stream().filter(record -> record.offset() >= from).forEach(consumer::addRecord);
      schedulePoll();
    });
  }
}
