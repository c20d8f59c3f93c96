package io.skywire.ingester.replay;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed of the dead letters. It holds the bytes of a few at a time, and of those
 * that it answers none. Owns the consumer; one thread.
 */
final class DeadLetterTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int EMPTY_POLLS_MAX = 20;

  /** Of two offsets one is a letter's at least, the other its transaction's marker. */
  private static final int OFFSETS_EACH = 2;

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> written;

  /**
   * @param consumer that reads what is committed
   * @param written by partition: how far to read at least, where there are transactions that have
   *     not ended yet. Nothing that was committed behind them is missed then.
   */
  DeadLetterTopic(
      Consumer<byte[], byte[]> consumer,
      Set<TopicPartition> partitions,
      Map<TopicPartition, Long> written) {
    this.consumer = consumer;
    this.partitions = List.copyOf(partitions);
    this.written = Map.copyOf(written);
    consumer.assign(partitions);
  }

  /**
   * The newest letters that meet the condition, oldest first.
   *
   * @param since null for all that are kept
   */
  List<Letter> newest(Predicate<Letter> condition, @Nullable Instant since, int limit) {
    Map<TopicPartition, Long> begin = since == null ? begin() : at(since);
    Map<TopicPartition, Long> tail = new HashMap<>(begin);
    consumer
        .endOffsets(partitions)
        .forEach((partition, end) ->
            tail.merge(partition, end - OFFSETS_EACH * (long) limit, Math::max));
    List<Letter> found = read(condition, tail, limit);
    return found.size() == limit || tail.equals(begin) ? found : read(condition, begin, limit);
  }

  /** When each letter was replayed, of the letters of the partition from the offset on. */
  Map<LetterPosition, Instant> notes(LetterPosition from) {
    Map<LetterPosition, Instant> notes = new HashMap<>();
    scan(
        Map.of(new TopicPartition(Topics.DEAD_LETTERS, from.partition()), from.offset()),
        record -> note(record, notes));
    return notes;
  }

  /** The record at this position, null when there is no letter. */
  @Nullable ConsumerRecord<byte[], byte[]> find(LetterPosition position) {
    TopicPartition partition = new TopicPartition(Topics.DEAD_LETTERS, position.partition());
    if (!partitions.contains(partition)
        || position.offset() < begin().getOrDefault(partition, 0L)
        || position.offset() >= end(partition)) {
      return null;
    }
    readOnly(partition, position.offset());
    for (int polls = 0; polls < EMPTY_POLLS_MAX; polls++) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        boolean isLetter = record.offset() == position.offset() && !isNote(record);
        return isLetter ? record : null;
      }
      if (consumer.position(partition) > position.offset()) {
        return null;
      }
    }
    throw unread();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private List<Letter> read(
      Predicate<Letter> condition, Map<TopicPartition, Long> from, int limit) {
    ArrayDeque<Letter> newest = new ArrayDeque<>();
    Map<LetterPosition, Instant> notes = new HashMap<>();
    scan(
        from,
        record -> {
          if (isNote(record)) {
            note(record, notes);
            return;
          }
          Letter letter = Letter.of(record);
          if (condition.test(letter)) {
            newest.add(letter);
            if (newest.size() > limit) {
              newest.remove();
            }
          }
        });
    return newest.stream().map(letter -> letter.replayedAt(notes.get(letter.position()))).toList();
  }

  private static boolean isNote(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null && Letter.text(record, DeadLetterHeaders.REPLAYED) != null;
  }

  private static void note(
      ConsumerRecord<byte[], byte[]> record, Map<LetterPosition, Instant> notes) {
    String of = isNote(record) ? Letter.text(record, DeadLetterHeaders.REPLAYED) : null;
    LetterPosition position = of == null ? null : LetterPosition.of(of);
    if (position != null) {
      notes.put(position, Instant.ofEpochMilli(record.timestamp()));
    }
  }

  /** Reads the partitions from these offsets to where they end. */
  private void scan(
      Map<TopicPartition, Long> from,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    for (Map.Entry<TopicPartition, Long> start : from.entrySet()) {
      TopicPartition partition = start.getKey();
      long end = Math.max(end(partition), written.getOrDefault(partition, 0L));
      readOnly(partition, start.getValue());
      int emptyPolls = 0;
      while (consumer.position(partition) < end) {
        boolean empty = true;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          each.accept(record);
          empty = false;
        }
        emptyPolls = empty ? emptyPolls + 1 : 0;
        if (emptyPolls > EMPTY_POLLS_MAX) {
          throw unread();
        }
      }
    }
  }

  private void readOnly(TopicPartition partition, long from) {
    consumer.pause(partitions);
    consumer.resume(List.of(partition));
    consumer.seek(partition, from);
  }

  private Map<TopicPartition, Long> begin() {
    return consumer.beginningOffsets(partitions);
  }

  private long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** Where the first letter of that time or later is; the end, where there is none. */
  private Map<TopicPartition, Long> at(Instant since) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp first = found.get(partition);
      offsets.put(partition, first == null ? end(partition) : first.offset());
    }
    return offsets;
  }

  private static KafkaException unread() {
    return new KafkaException(
        Topics.DEAD_LETTERS + " could not be read to its end; is a transaction open? try again");
  }
}
