package io.skywire.ingester.publish;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.ingester.atproto.Event;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of replayed dead letters, each in one transaction with the note that its
 * letter has been replayed: an event is in the topic if and only if its note is. It raises no
 * watermark and moves no cursor. Its transactions are not those of the ingester; opening fences
 * another replay, whose notes are final from then on. Owns the producer; one thread.
 */
public final class ReplayPublisher implements AutoCloseable {
  /** The {@code transactional.id}: of all replays, whatever the relay. */
  public static final String TRANSACTIONAL_ID = "skywire-dead-letters";

  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final int partitions;

  private ReplayPublisher(Producer<byte[], byte[]> producer, int partitions) {
    this.producer = producer;
    this.partitions = partitions;
  }

  /**
   * @param producer transactional, with {@link #TRANSACTIONAL_ID}; closed on failure
   * @param partitions of the events' topic
   */
  public static ReplayPublisher open(Producer<byte[], byte[]> producer, int partitions)
      throws FencedException, PublishFailedException {
    try {
      producer.initTransactions();
      return new ReplayPublisher(producer, partitions);
    } catch (KafkaException failure) {
      producer.close(Duration.ZERO);
      throw EventPublisher.fencedOrFailed(failure);
    }
  }

  /**
   * What one letter becomes.
   *
   * @param indexedAt the letter's time
   * @param still what is kept again, of an event that still has marked ops
   * @param relay the letter's, null when it named none
   */
  public record Replayed(
      Event event,
      Replay replay,
      Instant indexedAt,
      @Nullable DeadLetter still,
      @Nullable String relay) {}

  /**
   * Publishes the event and the note: both, or nothing.
   *
   * @param partition the letter's, in which the note stands behind it
   * @param position the letter's, as the note names it
   * @throws PublishFailedException when it is unknown or certain that nothing was committed; the
   *     notes tell
   */
  public void publish(Replayed replayed, int partition, String position)
      throws FencedException, PublishFailedException {
    try {
      producer.beginTransaction();
      TopicRecords records = new TopicRecords(replayed.relay());
      send(event(replayed, records, position));
      DeadLetter still = replayed.still();
      if (still != null) {
        send(records.deadLetter(still, replayed.indexedAt()));
      }
      send(note(replayed.event().seq(), partition, position));
      producer.commitTransaction();
    } catch (KafkaException failure) {
      throw EventPublisher.fencedOrFailed(failure);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }

  private ProducerRecord<byte[], byte[]> event(
      Replayed replayed, TopicRecords records, String position) {
    String repo = replayed.event().repo();
    int partition = repo == null ? 0 : EventPartitions.of(repo, partitions);
    ProducerRecord<byte[], byte[]> record =
        records.event(replayed.event(), partition, replayed.indexedAt());
    TopicRecords.header(record, EventHeaders.REPLAY, replayed.replay().label());
    if (replayed.relay() != null) {
      CloudEvents.addReplay(record.headers(), replayed.event().seq(), replayed.replay(), position);
    }
    return record;
  }

  private static ProducerRecord<byte[], byte[]> note(long seq, int partition, String position) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.DEAD_LETTERS, partition, Seq.toKey(seq), (byte[]) null);
    TopicRecords.header(record, DeadLetterHeaders.REPLAYED, position);
    return record;
  }

  // What a send meets is thrown by the commit.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }
}
