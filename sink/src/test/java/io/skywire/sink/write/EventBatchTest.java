package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventBatchTest {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.EVENTS, 3);
  private static final long INDEXED_AT = 1_790_000_000_123L;

  @Test
  void aRowIsTheRecordsKeyHeadersAndBytes() {
    EventBatch batch =
        batch(
            before(10, null),
            12,
            record(
                10,
                77L,
                "{}",
                "event_type",
                "commit",
                "repo",
                "did:plc:a",
                "collections",
                "a.b.c,d.e.f",
                "time",
                "2026-07-04T14:38:08.999Z"));
    assertThat(batch.rows()).hasSize(1);
    EventRow row = batch.rows().getFirst().row();
    assertThat(row.seq()).isEqualTo(77);
    assertThat(row.eventType()).asString(StandardCharsets.UTF_8).isEqualTo("commit");
    assertThat(row.repo()).asString(StandardCharsets.UTF_8).isEqualTo("did:plc:a");
    assertThat(row.collections()).containsExactly("a.b.c", "d.e.f");
    assertThat(row.time()).isEqualTo(1_783_175_888_999_000L);
    assertThat(row.indexedAt()).isEqualTo(INDEXED_AT);
    assertThat(row.json()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
  }

  @Test
  void progressIsWhereTheConsumerIsAndNotARecordsOffset() {
    EventBatch batch = batch(before(10, 5L), 14, event(10, 77, null));
    assertThat(batch.progress()).containsEntry(3, new Progress(14, 5L));
  }

  @Test
  void watermarksRaiseAndNeverLower() {
    assertThat(batch(before(0, 5L), 1, event(0, 77, "80")).progress())
        .containsEntry(3, new Progress(1, 80L));
    assertThat(batch(before(0, 90L), 1, watermark(0, 80)).progress())
        .containsEntry(3, new Progress(1, 90L));
    assertThat(batch(before(0, null), 1, watermark(0, 0)).progress())
        .containsEntry(3, new Progress(1, 0L));
    assertThat(batch(before(0, null), 1, event(0, 77, "0")).progress())
        .containsEntry(3, new Progress(1, 0L));
    long largest = (1L << 53) - 1;
    assertThat(batch(before(0, null), 1, event(0, 77, Long.toString(largest))).progress())
        .containsEntry(3, new Progress(1, largest));
    assertThat(batch(before(0, null), 1, event(0, 77, null)).progress())
        .containsEntry(3, new Progress(1, null));
  }

  @Test
  void anEventBelowTheWatermarkIsLeftOutAndCounted() {
    EventBatch batch =
        batch(
            before(0, 80L),
            5,
            event(0, 79, null),
            event(1, 80, "80"),
            event(2, 81, null),
            event(3, 82, "85"),
            event(4, 84, null));
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(81L, 82L);
    assertThat(batch.repeated()).isEqualTo(3);
    assertThat(batch.progress()).containsEntry(3, new Progress(5, 85L));
  }

  @Test
  void aWatermarkRecordIsNoRow() {
    EventBatch batch = batch(before(0, null), 1, watermark(0, 80));
    assertThat(batch.rows()).isEmpty();
    assertThat(batch.refused()).isEmpty();
    assertThat(batch.isEmpty()).isFalse();
    assertThat(batch.records()).isOne();
    assertThat(batch.firstSeqs()).as("what can come after it").containsExactly(Map.entry(3, 81L));
  }

  @Test
  void whereATopicMadeAnewBeginsLaterThanItsPredecessorWasReadIsAGap() {
    EventBatch batch = batch(before(0, 75L), 2, beginning("90"), event(1, 90, "90"));
    assertThat(batch.gaps())
        .containsExactly(
            new Gap(
                Topics.EVENTS + "/3",
                75,
                90,
                "the topic does not go on where it was stored to",
                Instant.ofEpochMilli(INDEXED_AT)));
    assertThat(batch.rows()).hasSize(1);
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 90L));
  }

  @Test
  void aTopicThatGoesOnWhereItsPredecessorWasReadHasNoGap() {
    assertThat(batch(before(0, 75L), 1, beginning("76")).gaps()).isEmpty();
    assertThat(batch(before(0, 75L), 1, beginning("77")).gaps()).hasSize(1);
    assertThat(batch(before(0, 75L), 1, beginning("10")).gaps()).isEmpty();
  }

  @Test
  void theFirstTopicHasNoGapWhereverItBegins() {
    assertThat(batch(before(0, null), 1, beginning("90")).gaps()).isEmpty();
    assertThat(batch(before(0, null), 2, watermark(0, 0), beginning("90")).gaps()).isEmpty();
  }

  @Test
  void aBeginningThatIsNoSeqIsRefused() {
    EventBatch batch = batch(before(0, 75L), 1, beginning("soon"));
    assertThat(batch.gaps()).isEmpty();
    assertThat(batch.refused()).hasSize(1);
  }

  private static Received beginning(String seq) {
    return record(0, 0L, null, "event_type", "watermark", "begins", seq);
  }

  @Test
  void aGapIsNoRowAndMovesNoWatermark() {
    EventBatch batch =
        batch(
            before(0, 75L),
            2,
            record(
                0, 75L, null, "event_type", "gap", "relay", "r", "to_seq", "90", "reason", "gone"),
            event(1, 90, "95"));
    assertThat(batch.gaps())
        .containsExactly(new Gap("r", 75, 90, "gone", Instant.ofEpochMilli(INDEXED_AT)));
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(90L);
    assertThat(batch.refused()).isEmpty();
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 90L));
  }

  @Test
  void recordsThatAreNoEventsAreRefusedAndTheRestGoesOn() {
    EventBatch batch =
        batch(
            before(0, null),
            6,
            record(5, 5L, null, "event_type", "gap", "relay", "r", "to_seq", "5"),
            record(0, null, "{}", "event_type", "commit"),
            record(1, 1L, "{}"),
            record(2, 2L, null, "event_type", "commit"),
            record(3, 3L, "{}", "event_type", "commit", "watermark", "many"),
            event(4, 4, null));
    assertThat(batch.refused()).hasSize(5);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(4L);
  }

  @Test
  void aSeqThatNoRelayCanHaveIsRefusedAndRaisesNoWatermark() {
    EventBatch batch =
        batch(
            before(0, 2L),
            9,
            event(0, -1, null),
            event(1, 0, null),
            event(2, 1L << 53, null),
            event(3, Long.MIN_VALUE, null),
            event(4, 3, "-1"),
            event(5, 4, Long.toString(1L << 53)),
            watermark(6, -5),
            watermark(7, Long.MAX_VALUE),
            event(8, 5, "5"));
    assertThat(batch.refused()).hasSize(8);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(5L);
    assertThat(batch.progress()).containsEntry(3, new Progress(9, 5L));
  }

  @Test
  void aTimestampForWhichThereIsNoDayIsRefused() {
    EventBatch batch =
        batch(
            before(0, null),
            5,
            at(-1, event(0, 1, null)),
            at(253_402_300_800_000L, event(1, 2, null)),
            at(Long.MAX_VALUE, event(2, 3, null)),
            at(253_402_300_799_999L, event(3, 4, null)),
            at(0, event(4, 5, null)));
    assertThat(batch.refused()).hasSize(3);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(4L, 5L);
  }

  @Test
  void aHeaderLargerThanAnyOfAnEventIsRefused() {
    EventBatch batch =
        batch(
            before(0, null),
            2,
            record(0, 1L, "{}", "event_type", "commit", "collections", "a,".repeat(50_000)),
            event(1, 2, null));
    assertThat(batch.refused()).hasSize(1);
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(2L);
    String largest = "x".repeat(64 * 1024);
    assertThat(
            batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "commit", "other", largest))
                .refused())
        .isEmpty();
  }

  @Test
  void aReplayIsLetThroughBelowTheWatermarkAndMovesNothing() {
    EventBatch batch =
        batch(
            before(0, 80L),
            5,
            replay(0, 7, "new"),
            replay(1, 8, "replaces"),
            replay(2, 9, "repeats"),
            replay(3, 81, "new"),
            replay(4, 9, "nonsense"));
    assertThat(batch.replayed())
        .extracting(replayed -> replayed.entry().row().seq(), EventBatch.Replayed::replay)
        .containsExactly(
            tuple(7L, Replay.NEW), tuple(8L, Replay.REPLACES), tuple(9L, Replay.REPEATS));
    assertThat(batch.rows()).isEmpty();
    assertThat(batch.refused())
        .extracting(Refused::detail)
        .containsExactly(
            "it is a replay of what has not been read yet",
            "its header replay has no meaning: nonsense");
    assertThat(batch.progress()).containsEntry(3, new Progress(5, 80L));
    assertThat(batch.firstSeqs()).isEmpty();
  }

  @Test
  void aTimeThatPostgresCannotHoldIsNull() {
    for (String time : List.of("yesterday", "2026-13-01T00:00:00Z", "-5000-01-01T00:00:00Z", "")) {
      EventBatch batch =
          batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "x", "time", time));
      assertThat(batch.rows().getFirst().row().time()).as(time).isNull();
    }
  }

  @Test
  void anEventWithoutATimeOrARepoHasNone() {
    EventRow row = batch(before(0, null), 1, event(0, 77, null)).rows().getFirst().row();
    assertThat(row.time()).isNull();
    assertThat(row.repo()).isNull();
    assertThat(row.collections()).isEmpty();
  }

  @Test
  void aTimeOfAnyZoneIsAnInstantInMicroseconds() {
    Map.of(
            "2026-07-04T16:38:08.999+02:00", 1_783_175_888_999_000L,
            "2026-07-04T14:38:08.123456789Z", 1_783_175_888_123_456L,
            "2026-07-04T16:38:08.123456789+02:00", 1_783_175_888_123_456L,
            "-4712-01-01T00:00:00Z", -210_863_520_000_000_000L)
        .forEach((time, micros) -> {
          EventBatch batch =
              batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "x", "time", time));
          assertThat(batch.rows().getFirst().row().time()).as(time).isEqualTo(micros);
        });
  }

  @Test
  void severalPollsAreOneBatchInTheirOrder() {
    BatchAssembly assembly = new BatchAssembly(before(10, 70L));
    assembly.add(polled(13, event(10, 71, null), event(11, 72, "75")));
    assembly.add(polled(16, event(14, 74, null), event(15, 76, "80")));
    assertThat(assembly.records()).isEqualTo(4);
    EventBatch batch = assembly.batch();
    assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(71L, 72L, 76L);
    assertThat(batch.repeated()).isOne();
    assertThat(batch.progress()).containsExactly(Map.entry(3, new Progress(16, 80L)));
    assertThat(batch.firstSeqs()).containsExactly(Map.entry(3, 71L));
  }

  @Test
  void aPartitionThatIsTakenAwayLeavesWithAllThatCameOfIt() {
    BatchAssembly assembly = new BatchAssembly(before(0, 80L));
    assembly.add(polled(3, event(0, 79, null), event(1, 81, "81"), record(2, 1L, "{}")));
    assembly.remove(3);
    assertThat(assembly.isEmpty()).isTrue();
    assertThat(assembly.bytes()).isZero();
    assertThat(assembly.batch())
        .isEqualTo(
            new EventBatch(
                List.of(), List.of(), new TreeMap<>(), List.of(), 0, 0, Map.of(), List.of()));
  }

  @Test
  void aBatchIsFullByEventsOrByBytes() {
    BatchLimits limits = new BatchLimits(10, 1000);
    assertThat(limits.pollRecordsMax()).isEqualTo(4);
    assertThat(limits.haveRoomBeside(6, 999)).isTrue();
    assertThat(limits.haveRoomBeside(7, 0)).isFalse();
    assertThat(limits.haveRoomBeside(0, 1000)).isFalse();
    assertThat(new BatchLimits(1, 1000).pollRecordsMax()).isOne();
  }

  @Test
  void whatABatchWeighsGrowsWithTheValuesOfAllItsPolls() {
    BatchAssembly assembly = new BatchAssembly(before(0, null));
    assembly.add(polled(1, record(0, 1L, "x".repeat(500_000), "event_type", "commit")));
    assembly.add(polled(2, record(1, 2L, "x".repeat(700_000), "event_type", "commit")));
    assertThat(assembly.bytes()).isBetween(1_200_000L, 1_210_000L);
  }

  /** A record in a type that varargs can hold. */
  private record Received(ConsumerRecord<byte[], byte[]> record) {}

  private static Map<Integer, Progress> before(long nextOffset, @Nullable Long watermark) {
    return Map.of(3, new Progress(nextOffset, watermark));
  }

  private static EventBatch batch(
      Map<Integer, Progress> before, long nextOffset, Received... records) {
    BatchAssembly assembly = new BatchAssembly(before);
    assembly.add(polled(nextOffset, records));
    return assembly.batch();
  }

  private static ConsumerRecords<byte[], byte[]> polled(long nextOffset, Received... records) {
    return new ConsumerRecords<>(
        Map.of(PARTITION, Arrays.stream(records).map(Received::record).toList()),
        Map.of(PARTITION, new OffsetAndMetadata(nextOffset)));
  }

  private static Received event(long offset, long seq, @Nullable String watermark) {
    return watermark == null
        ? record(offset, seq, "{}", "event_type", "commit")
        : record(offset, seq, "{}", "event_type", "commit", "watermark", watermark);
  }

  private static Received replay(long offset, long seq, String replay) {
    return record(offset, seq, "{}", "event_type", "commit", "replay", replay);
  }

  private static Received at(long timestamp, Received received) {
    ConsumerRecord<byte[], byte[]> record = received.record();
    return new Received(
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  private static Received watermark(long offset, long seq) {
    return record(offset, seq, null, "event_type", "watermark");
  }

  private static Received record(
      long offset, @Nullable Long seq, @Nullable String json, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return new Received(
        new ConsumerRecord<>(
            PARTITION.topic(),
            PARTITION.partition(),
            offset,
            INDEXED_AT,
            TimestampType.CREATE_TIME,
            0,
            0,
            seq == null ? null : ByteBuffer.allocate(8).putLong(seq).array(),
            json == null ? null : json.getBytes(StandardCharsets.UTF_8),
            all,
            Optional.empty()));
  }
}
