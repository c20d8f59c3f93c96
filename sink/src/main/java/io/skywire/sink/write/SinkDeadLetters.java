package io.skywire.sink.write;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records that could not be stored to the dead letters, and waits until Kafka has them. They
 * are sent before their batch is committed: a crash in between sends them twice, never not at all.
 *
 * <p>An event's record does not name its relay. One topic holds one relay's events, so it is the
 * one of the ingester's status; until a status has been stored, the header {@code relay} is left
 * out.
 */
public final class SinkDeadLetters implements EventStore.DeadLetters {
  private static final String REASON = "refused_by_database";
  private static final String STAGE = "store";

  /** Tells the relay whose events the topic holds, null when it is not known yet. */
  public interface RelayName {
    @Nullable String ask() throws SQLException;
  }

  private final Producer<byte[], byte[]> producer;
  private final RelayName relayName;

  public SinkDeadLetters(Producer<byte[], byte[]> producer, RelayName relayName) {
    this.producer = producer;
    this.relayName = relayName;
  }

  @Override
  public void send(List<Refused> refused) throws SQLException {
    if (refused.isEmpty()) {
      return;
    }
    String relay = relayName.ask();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Refused one : refused) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(Topics.DEAD_LETTERS, one.source().key(), one.source().value());
      // The record's own come first: of two headers with one name readers take the last.
      one.source().headers().forEach(header -> letter.headers().add(header));
      header(letter, DeadLetterHeaders.REASON, REASON);
      header(letter, DeadLetterHeaders.DETAIL, one.detail());
      header(letter, DeadLetterHeaders.STAGE, STAGE);
      if (relay != null) {
        header(letter, DeadLetterHeaders.RELAY, relay);
      }
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
