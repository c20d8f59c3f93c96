package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class EventPublisherTest extends PublisherSetUp {
  @Test
  void eventsAndTheirCursorAreOneTransaction() throws Exception {
    EventPublisher publisher = open();
    publisher.publish(batch(12, event(11, ALICE), event(12, BOB)));
    assertThat(producer.commitCount()).isEqualTo(1);
    List<ProducerRecord<byte[], byte[]>> cursors =
        producer.history().stream().filter(r -> r.topic().equals(Topics.CURSOR)).toList();
    assertThat(cursors).hasSize(1);
    assertThat(text(cursors.getFirst().key())).isEqualTo("relay.example");
    assertThat(Cursor.fromJson(cursors.getFirst().value()).seq()).isEqualTo(12);
  }

  @Test
  void aRecordIsTheEventWithItsSeqAsKeyInItsReposPartition() throws Exception {
    open().publish(batch(11, event(11, ALICE)));
    ProducerRecord<byte[], byte[]> record = events().getFirst();
    assertThat(record.partition()).isEqualTo(EventPartitions.of(ALICE, PARTITIONS));
    assertThat(ByteBuffer.wrap(record.key()).getLong()).isEqualTo(11);
    assertThat(text(record.value())).isEqualTo("{\"seq\":11}");
    assertThat(record.timestamp()).isEqualTo(NOON.toEpochMilli());
    assertThat(header(record, "event_type")).isEqualTo("commit");
    assertThat(header(record, "repo")).isEqualTo(ALICE);
    assertThat(header(record, "collections")).isEqualTo("a.b.c,d.e.f");
    assertThat(header(record, "ops")).isEqualTo("create a.b.c,delete d.e.f 2");
    assertThat(header(record, "time")).isEqualTo("2026-07-04T11:59:59Z");
    assertThat(header(record, "ce_id")).isEqualTo("11");
    assertThat(header(record, "ce_source")).isEqualTo("wss://relay.example");
  }

  @Test
  void everyTransactionRaisesEveryPartitionsWatermarkToItsCursor() throws Exception {
    open().publish(batch(13, event(11, ALICE), event(12, ALICE), event(13, BOB)));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      List<ProducerRecord<byte[], byte[]>> records =
          events().stream().filter(r -> r.partition() == number).toList();
      assertThat(records).as("partition %d", number).isNotEmpty();
      ProducerRecord<byte[], byte[]> last = records.getLast();
      if (last.value() == null) {
        assertThat(header(last, "event_type")).isEqualTo("watermark");
        assertThat(ByteBuffer.wrap(last.key()).getLong()).isEqualTo(13);
      } else {
        assertThat(header(last, "watermark")).isEqualTo("13");
      }
    }
    assertThat(events().stream().filter(r -> header(r, "watermark") != null)).hasSize(2);
    assertThat(events()).as("no more than one to each partition").hasSize(3 + PARTITIONS - 2);
  }

  @Test
  void aPartitionsEventsAreSentInTheOrderOfTheirSeqs() throws Exception {
    open().publish(batch(14, event(11, ALICE), event(12, BOB), event(13, ALICE), event(14, ALICE)));
    assertThat(
            events().stream()
                .filter(record -> record.partition() == EventPartitions.of(ALICE, PARTITIONS))
                .filter(record -> record.value() != null)
                .map(record -> ByteBuffer.wrap(record.key()).getLong())
                .filter(seq -> seq != 12))
        .containsExactly(11L, 13L, 14L);
  }

  /** Read before, it may be behind what another has committed since. */
  @Test
  void theCursorIsReadOnceOthersAreFenced() throws Exception {
    List<Boolean> fenced = new ArrayList<>();
    open(() -> {
      fenced.add(producer.transactionInitialized());
      return consumer(null);
    });
    assertThat(fenced).containsExactly(true);
  }

  @Test
  void atStartEveryPartitionIsRaisedToTheCommittedCursor() throws Exception {
    open(new Cursor("relay.example", 13, null, NOON)).publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 13L));
  }

  @Test
  void atStartWithoutACursorEveryPartitionHasAWatermarkToo() throws Exception {
    open().publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 0L));
  }

  /** A watermark cannot be taken back, and the operator may have a digit too many. */
  @Test
  void whatAnOperatorTypedIsNoWatermark() throws Exception {
    Cursor typed = new Cursor("relay.example", 99_999, null, NOON, true, 13L);
    open(typed).publishWatermarks();
    assertThat(watermarks()).isEqualTo(Collections.nCopies(PARTITIONS, 0L));
  }

  @Test
  void anOperatorsCursorSaysThatItIsOne() throws Exception {
    open().setCursor(99_999);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 99_999, null, NOON, true, null));
  }

  @Test
  void anOperatorsCursorKeepsWhereTheTopicEnds() throws Exception {
    open(new Cursor("relay.example", 13, null, NOON)).setCursor(50);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 50, null, NOON, true, 13L));
  }

  @Test
  void soDoesTheOneThatIsSetAfterIt() throws Exception {
    open(new Cursor("relay.example", 50, null, NOON, true, 13L)).setCursor(99);
    assertThat(Cursor.fromJson(producer.history().getLast().value()))
        .isEqualTo(new Cursor("relay.example", 99, null, NOON, true, 13L));
  }

  private List<Long> watermarks() {
    return events().stream().map(record -> ByteBuffer.wrap(record.key()).getLong()).toList();
  }

  @Test
  void deadLettersAreInTheTransactionToo() throws Exception {
    byte[] frame = {1, 2, 3};
    open()
        .publish(
            new Batch(
                NOON,
                List.of(),
                List.of(new DeadLetter(null, frame, "malformed_frame", "at byte 3")),
                null,
                null,
                null));
    assertThat(producer.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isEqualTo(frame);
    assertThat(header(letter, "reason")).isEqualTo("malformed_frame");
    assertThat(header(letter, "detail")).isEqualTo("at byte 3");
    assertThat(header(letter, "relay")).isEqualTo("relay.example");
    assertThat(header(letter, "stage")).isEqualTo("decode");
    assertThat(letter.timestamp()).isEqualTo(NOON.toEpochMilli());
  }

  @Test
  void aGapIsInEachPartitionBeforeTheEventsAfterItAndInTheirTransaction() throws Exception {
    Gap gap = new Gap("relay.example", 10, 21, "the relay skipped", NOON);
    Batch after = batch(21, event(21, ALICE));
    open().publish(new Batch(NOON, after.events(), List.of(), after.cursor(), gap, null));
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(events()).hasSize(2 * PARTITIONS);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      ProducerRecord<byte[], byte[]> first =
          events().stream().filter(r -> r.partition() == number).findFirst().orElseThrow();
      assertThat(header(first, "event_type")).isEqualTo("gap");
      assertThat(first.value()).isNull();
      assertThat(ByteBuffer.wrap(first.key()).getLong()).isEqualTo(10);
      assertThat(Gap.of(10, first.timestamp(), first.headers())).isEqualTo(gap);
    }
  }

  @Test
  void whereATopicBeginsIsInEachPartitionBeforeItsFirstEvent() throws Exception {
    Batch first = batch(21, event(21, ALICE));
    open().publish(new Batch(NOON, first.events(), List.of(), first.cursor(), null, 21L));
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(events()).hasSize(2 * PARTITIONS);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int number = partition;
      ProducerRecord<byte[], byte[]> begins =
          events().stream().filter(r -> r.partition() == number).findFirst().orElseThrow();
      assertThat(header(begins, "event_type")).isEqualTo("watermark");
      assertThat(header(begins, "begins")).isEqualTo("21");
      assertThat(begins.value()).isNull();
      assertThat(ByteBuffer.wrap(begins.key()).getLong()).as("nothing is there yet").isZero();
      assertThat(begins.timestamp()).isEqualTo(NOON.toEpochMilli());
    }
  }

  @Test
  void aFencedPublisherSaysSo() throws Exception {
    EventPublisher publisher = open();
    producer.fenceProducer();
    assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
        .isInstanceOf(FencedException.class);
    assertThat(producer.commitCount()).isZero();
  }

  @Test
  void aFailedCommitIsNotSwallowed() throws Exception {
    EventPublisher publisher = open();
    producer.commitTransactionException = new KafkaException("no answer");
    assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
        .isInstanceOf(PublishFailedException.class)
        .hasMessage("no answer");
  }

  @Test
  void aPublisherThatCannotBeOpenedLeavesNoProducerBehind() {
    producer.initTransactionException = new KafkaException("no answer");
    assertThatThrownBy(this::open)
        .isInstanceOf(PublishFailedException.class)
        .hasMessage("no answer");
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void theCommittedCursorIsKnownUntilItsProducerIsClosed() throws Exception {
    Cursor committed = new Cursor("relay.example", 13, null, NOON);
    try (EventPublisher publisher = open(committed)) {
      assertThat(publisher.committedCursor()).isEqualTo(committed);
      assertThat(producer.closed()).isFalse();
    }
    assertThat(producer.closed()).isTrue();
  }
}
