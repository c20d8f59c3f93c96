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
import org.jspecify.annotations.Nullable;
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

  /** A process that was stopped for longer may have lost the lead, and not know it yet. */
  private static final Duration LATE = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final StatusBoard board;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * @param producers open one; may throw a {@link KafkaException}, and is then asked again
   */
  public StatusReporter(Supplier<Producer<byte[], byte[]>> producers, StatusBoard board) {
    this.producers = producers;
    this.board = board;
  }

  @Override
  public void run() throws InterruptedException {
    try {
      boolean late = false;
      boolean running = true;
      while (running) {
        if (!late) {
          board.read().ifPresent(this::send);
        }
        long waiting = System.nanoTime();
        running = !stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
        late = System.nanoTime() - waiting > LATE.toNanos();
      }
    } finally {
      close();
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  // The callback hears of a failure.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(IngesterStatus status) {
    try {
      if (producer == null) {
        producer = producers.get();
      }
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
      // Kafka's host may not be known yet, or the producer be of no more use: next time another.
      log.debug("a status was not sent", failure);
      close();
    }
  }

  private void close() {
    if (producer != null) {
      producer.close(CLOSE_MAX);
      producer = null;
    }
  }
}
