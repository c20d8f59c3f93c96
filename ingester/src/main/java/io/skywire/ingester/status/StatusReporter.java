package io.skywire.ingester.status;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the board to the status topic every second, with or without events, with a producer of its
 * own so that it never waits for a transaction. A status that could not be sent is not sent again:
 * the next one says more. One thread.
 */
public final class StatusReporter implements Loop {
  private static final Logger log = LoggerFactory.getLogger(StatusReporter.class);

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final StatusBoard board;
  private final CountDownLatch stopped = new CountDownLatch(1);

  public StatusReporter(Supplier<Producer<byte[], byte[]>> producers, StatusBoard board) {
    this.producers = producers;
    this.board = board;
  }

  @Override
  public void run() throws InterruptedException {
    Producer<byte[], byte[]> producer = producers.get();
    try {
      do {
        board.read().ifPresent(status -> send(producer, status));
      } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      producer.close(CLOSE_MAX);
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  // The callback hears of a failure.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void send(Producer<byte[], byte[]> producer, IngesterStatus status) {
    try {
      producer.send(
          new ProducerRecord<>(
              Topics.STATUS, status.relay().getBytes(StandardCharsets.UTF_8), status.toJson()),
          (sent, failure) -> {
            if (failure != null) {
              log.debug("a status was not sent", failure);
            }
          });
    } catch (InterruptException interrupted) {
      Thread.currentThread().interrupt();
    } catch (KafkaException failure) {
      log.debug("a status was not sent", failure);
    }
  }
}
