package io.skywire.sink.write;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Sends records that could not be stored to the dead letters, and waits until Kafka has them. They
 * are sent before their batch is committed: a crash in between sends them twice, never not at all.
 */
public final class SinkDeadLetters implements EventStore.DeadLetters {
  private static final String REASON = "refused_by_database";
  private static final String STAGE = "store";

  private final Producer<byte[], byte[]> producer;

  public SinkDeadLetters(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  @Override
  public void send(List<Refused> refused) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Refused one : refused) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(Topics.DEAD_LETTERS, one.source().key(), one.source().value());
      header(letter, DeadLetterHeaders.REASON, REASON);
      header(letter, DeadLetterHeaders.DETAIL, one.detail());
      header(letter, DeadLetterHeaders.STAGE, STAGE);
      one.source().headers().forEach(header -> letter.headers().add(header));
      sent.add(producer.send(letter));
    }
    for (Future<RecordMetadata> acknowledged : sent) {
      try {
        acknowledged.get();
      } catch (ExecutionException failed) {
        throw new KafkaException("a dead letter could not be sent", failed.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted while sending a dead letter", interrupted);
      }
    }
  }

  private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
