package io.skywire.ingester.replay;

import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** The dead letters' topic in two partitions. Behind each record is its transaction's marker. */
final class KeptLetters {
  static final TopicPartition FIRST = new TopicPartition(Topics.DEAD_LETTERS, 0);
  static final TopicPartition SECOND = new TopicPartition(Topics.DEAD_LETTERS, 1);
  static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private final Map<TopicPartition, Long> begins = new HashMap<>(Map.of(FIRST, 0L, SECOND, 0L));
  private final Map<TopicPartition, Long> ends = new HashMap<>(Map.of(FIRST, 0L, SECOND, 0L));
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final Reader reader = new Reader();
  private int read;
  private int emptyPolls;

  /** Once. */
  DeadLetterTopic open(Map<TopicPartition, Long> written) {
    return new DeadLetterTopic(reader, Set.of(FIRST, SECOND), written);
  }

  boolean isClosed() {
    return reader.closed();
  }

  /** How many records were read. */
  int read() {
    return read;
  }

  /** So many polls bring nothing before one does. */
  void delay(int polls) {
    emptyPolls = polls;
  }

  /** A letter that has these headers. */
  LetterPosition add(TopicPartition partition, long seq, Instant at, String... headers) {
    return addWith(new byte[] {1}, partition, seq, at, headers);
  }

  LetterPosition addWith(
      byte @Nullable [] value, TopicPartition partition, long seq, Instant at, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    long offset = endOf(partition);
    records.add(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            at.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            Seq.toKey(seq),
            value,
            all,
            Optional.empty()));
    ends.put(partition, offset + 2);
    reader.hear();
    return new LetterPosition(partition.partition(), offset);
  }

  /** A note that the letter was replayed. */
  LetterPosition note(TopicPartition partition, LetterPosition letter, Instant at) {
    return addWith(null, partition, 1, at, "replayed", letter.toString());
  }

  /** What is below the offset is kept no longer. */
  void trim(TopicPartition partition, long offset) {
    begins.put(partition, offset);
    records.removeIf(
        record -> record.partition() == partition.partition() && record.offset() < offset);
    reader.hear();
  }

  private long endOf(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private final class Reader extends MockConsumer<byte[], byte[]> {
    Reader() {
      super("earliest");
      hear();
      schedulePoll();
    }

    void hear() {
      updateBeginningOffsets(begins);
      updateEndOffsets(ends);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.timestamp() >= times.getOrDefault(partition, Long.MAX_VALUE)) {
          found.putIfAbsent(partition, new OffsetAndTimestamp(record.offset(), record.timestamp()));
        }
      }
      return found;
    }

    /** What a poll brings depends on where the consumer stands, as with a real broker. */
    private void schedulePoll() {
      schedulePollTask(() -> {
        if (emptyPolls > 0) {
          emptyPolls--;
        } else {
          assignment().stream().filter(one -> !paused().contains(one)).forEach(this::bring);
        }
        schedulePoll();
      });
    }

    private void bring(TopicPartition partition) {
      long from = position(partition);
      List<ConsumerRecord<byte[], byte[]>> next =
          records.stream()
              .filter(record -> record.partition() == partition.partition())
              .filter(record -> record.offset() >= from)
              .toList();
      next.forEach(this::addRecord);
      read += next.size();
      if (next.isEmpty() && from < endOf(partition)) {
        seek(partition, endOf(partition));
      }
    }
  }
}
