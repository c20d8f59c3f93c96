package io.skywire.ingester.publish;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes batches, each in one transaction with its cursor and the gap before it if there is one,
 * and raises every partition's watermark to that cursor. Opening fences whoever published this
 * relay before, so the cursor read after it is final. After any failure the publisher is used up:
 * close it and open another, which aborts what was under way. Owns the producer; one thread.
 */
public final class EventPublisher implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final String relay;
  private final TopicRecords records;
  private final int partitions;
  private final InstantSource clock;
  private final PublishSpans spans;
  private final @Nullable Cursor committed;

  private EventPublisher(
      Producer<byte[], byte[]> producer,
      CursorTopic cursors,
      String relay,
      int partitions,
      InstantSource clock,
      Tracer tracer)
      throws FencedException, PublishFailedException {
    this.producer = producer;
    this.relay = relay;
    this.records = new TopicRecords(relay);
    this.partitions = partitions;
    this.clock = clock;
    this.spans = new PublishSpans(tracer, relay);
    try {
      producer.initTransactions();
      this.committed = OtherRelay.check(cursors.read(relay), relay);
    } catch (KafkaException failure) {
      throw fencedOrFailed(failure);
    }
  }

  /**
   * @param producer transactional, with the relay's {@code transactional.id}; closed on failure
   * @param relay the relay's name, the cursor's key
   * @param partitions of the events' topic
   * @param tracer makes the spans of transactions with events
   * @throws io.skywire.common.lifecycle.FatalException when the topic holds another relay's events
   */
  public static EventPublisher open(
      Producer<byte[], byte[]> producer,
      CursorTopic cursors,
      String relay,
      int partitions,
      InstantSource clock,
      Tracer tracer)
      throws FencedException, PublishFailedException {
    try {
      return new EventPublisher(producer, cursors, relay, partitions, clock, tracer);
    } catch (FencedException | PublishFailedException | RuntimeException failure) {
      producer.close(Duration.ZERO);
      throw failure;
    }
  }

  /** The cursor that was committed when this publisher was opened; null before the first. */
  public @Nullable Cursor committedCursor() {
    return committed;
  }

  /**
   * Raises every partition's watermark to the committed cursor, so that a reader can rely on it. An
   * operator's cursor is no promise: the relay may not even have got there, and a watermark cannot
   * be taken back. It is the first events after it that raise them.
   */
  public void publishWatermarks() throws FencedException, PublishFailedException {
    long seq = committed == null || committed.byOperator() ? 0 : committed.seq();
    inTransaction(() -> {
      for (int partition = 0; partition < partitions; partition++) {
        send(TopicRecords.watermark(partition, seq, clock.instant()));
      }
    });
  }

  /**
   * Publishes the batch and its cursor: all of it, or nothing.
   *
   * @throws FencedException when another has taken over; nothing of the batch is visible
   * @throws PublishFailedException when it is unknown or certain that nothing was committed; the
   *     next publisher's committed cursor tells
   */
  public void publish(Batch batch) throws FencedException, PublishFailedException {
    spans.begin(batch);
    try {
      inTransaction(() -> sendAll(batch));
    } catch (FencedException | PublishFailedException | RuntimeException failure) {
      spans.failed(failure);
      throw failure;
    } finally {
      spans.end();
    }
  }

  /** Sets the cursor to what an operator wants, forward or back. */
  public void setCursor(long seq) throws FencedException, PublishFailedException {
    inTransaction(() -> send(record(Cursor.byOperator(relay, seq, clock.instant(), committed))));
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }

  private void inTransaction(Runnable sends) throws FencedException, PublishFailedException {
    try {
      producer.beginTransaction();
      sends.run();
      producer.commitTransaction();
    } catch (KafkaException failure) {
      throw fencedOrFailed(failure);
    }
  }

  /** Answers the failure for the caller to throw; throws itself what is a request to end. */
  static PublishFailedException fencedOrFailed(KafkaException failure) throws FencedException {
    if (failure instanceof InterruptException) {
      throw failure;
    }
    if (isFencing(failure) || isFencing(failure.getCause())) {
      throw new FencedException(failure);
    }
    return new PublishFailedException(failure);
  }

  private static boolean isFencing(@Nullable Throwable failure) {
    return failure instanceof ProducerFencedException
        || failure instanceof InvalidProducerEpochException;
  }

  // What a send meets is thrown by the commit.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  private void sendAll(Batch batch) {
    Cursor cursor = batch.cursor();
    Long begins = batch.begins();
    if (begins != null) {
      for (int partition = 0; partition < partitions; partition++) {
        send(TopicRecords.beginning(partition, begins, batch.indexedAt()));
      }
    }
    Gap gap = batch.gap();
    if (gap != null) {
      // To each: whoever reads some partitions only has lost events too.
      for (int partition = 0; partition < partitions; partition++) {
        send(records.gap(gap, partition));
      }
    }
    int[] partitionOf = new int[batch.events().size()];
    int[] lastEventOf = new int[partitions];
    Arrays.fill(lastEventOf, -1);
    for (int i = 0; i < partitionOf.length; i++) {
      String repo = batch.events().get(i).repo();
      partitionOf[i] = repo == null ? 0 : EventPartitions.of(repo, partitions);
      lastEventOf[partitionOf[i]] = i;
    }
    for (int i = 0; i < partitionOf.length; i++) {
      ProducerRecord<byte[], byte[]> record =
          records.event(batch.events().get(i), partitionOf[i], batch.indexedAt());
      if (cursor != null && lastEventOf[partitionOf[i]] == i) {
        TopicRecords.header(record, EventHeaders.WATERMARK, Long.toString(cursor.seq()));
      }
      spans.addTo(record);
      send(record);
    }
    for (DeadLetter letter : batch.deadLetters()) {
      send(records.deadLetter(letter, batch.indexedAt()));
    }
    if (cursor != null) {
      for (int partition = 0; partition < partitions; partition++) {
        if (lastEventOf[partition] < 0) {
          send(TopicRecords.watermark(partition, cursor.seq(), cursor.writtenAt()));
        }
      }
      send(record(cursor));
    }
  }

  private ProducerRecord<byte[], byte[]> record(Cursor cursor) {
    return new ProducerRecord<>(
        Topics.CURSOR, 0, relay.getBytes(StandardCharsets.UTF_8), cursor.toJson());
  }
}
