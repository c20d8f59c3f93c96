package io.skywire.ingester.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.topic.IngesterStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatusReporterTest {
  private final StatusBoard board =
      new StatusBoard("relay.example", InstantSource.fixed(Instant.EPOCH));

  /** A producer whose first record tells. */
  private static MockProducer<byte[], byte[]> producer(CompletableFuture<byte[]> first) {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public synchronized Future<RecordMetadata> send(
          ProducerRecord<byte[], byte[]> record, Callback callback) {
        first.complete(record.value());
        return super.send(record, callback);
      }
    };
  }

  @Test
  void reportsAsSoonAsAProducerCanBeOpened() throws Exception {
    board.leading(7L);
    AtomicInteger opened = new AtomicInteger();
    CompletableFuture<byte[]> sent = new CompletableFuture<>();
    StatusReporter reporter =
        new StatusReporter(
            () -> {
              if (opened.incrementAndGet() < 2) {
                throw new KafkaException("no resolvable bootstrap urls");
              }
              return producer(sent);
            },
            board);
    try (LoopThread thread = new LoopThread("status", reporter, Duration.ofSeconds(5))) {
      thread.start();
      assertThat(IngesterStatus.fromJson(sent.get(20, TimeUnit.SECONDS)).cursor()).isEqualTo(7);
    }
  }

  @Test
  void replacesAProducerThatIsOfNoMoreUse() throws Exception {
    board.leading(7L);
    AtomicInteger opened = new AtomicInteger();
    CompletableFuture<byte[]> sent = new CompletableFuture<>();
    MockProducer<byte[], byte[]> useless = producer(new CompletableFuture<>());
    useless.sendException = new KafkaException("a fatal error before");
    StatusReporter reporter =
        new StatusReporter(() -> opened.incrementAndGet() == 1 ? useless : producer(sent), board);
    try (LoopThread thread = new LoopThread("status", reporter, Duration.ofSeconds(5))) {
      thread.start();
      sent.get(20, TimeUnit.SECONDS);
      assertThat(useless.closed()).isTrue();
    }
  }

  @Test
  void saysWhatThereIsAndLeavesNoProducerBehindWhenItIsToldToStop() throws Exception {
    board.leading(7L);
    MockProducer<byte[], byte[]> producer = producer(new CompletableFuture<>());
    StatusReporter reporter = new StatusReporter(() -> producer, board);
    reporter.stop();
    reporter.run();
    assertThat(producer.history()).hasSize(1);
    assertThat(producer.closed()).isTrue();
  }
}
