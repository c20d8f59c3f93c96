package io.skywire.sink.write;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Sends records that could not be stored to the dead letters, and waits until Kafka has them. They
 * are sent before their batch is committed: a crash in between sends them twice, never not at all.
 *
 * <p>An event's record does not name its relay. One topic holds one relay's events, so it is the
 * one of the ingester's status; until a status has been stored, the header {@code relay} is left
 * out. What no letter has room for is cut: nothing that anybody writes to the topic may stop the
 * sink.
 */
public final class SinkDeadLetters implements EventStore.DeadLetters {
  /** What a letter may be beside its own headers. */
  private static final int WHOLE_BYTES_MAX = TopicSetup.RECORD_BYTES_MAX - 64 * 1024;

  /** What is kept of a value that is larger; no event is. */
  private static final int CUT_BYTES = 1024 * 1024;

  private static final int HEADER_OVERHEAD_BYTES = 10;

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
      sent.add(producer.send(letter(one, relay)));
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

  private static ProducerRecord<byte[], byte[]> letter(Refused refused, @Nullable String relay) {
    ConsumerRecord<byte[], byte[]> source = refused.source();
    byte[] value = source.value();
    boolean whole = bytes(source) <= WHOLE_BYTES_MAX;
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS,
            null,
            // The broker takes no negative one.
            Math.max(0, source.timestamp()),
            whole || Seq.ofKey(source.key()) != null ? source.key() : null,
            whole || value == null
                ? value
                : Arrays.copyOf(value, Math.min(value.length, CUT_BYTES)));
    if (whole) {
      // The record's own come first: of two headers with one name readers take the last.
      source.headers().forEach(header -> letter.headers().add(header));
    } else {
      header(letter, DeadLetterHeaders.CUT_FROM, Long.toString(value == null ? 0 : value.length));
    }
    header(letter, DeadLetterHeaders.REASON, refused.why().label());
    header(letter, DeadLetterHeaders.DETAIL, refused.detail());
    header(letter, DeadLetterHeaders.STAGE, DeadLetterHeaders.STORE);
    if (relay != null) {
      header(letter, DeadLetterHeaders.RELAY, relay);
    }
    return letter;
  }

  private static long bytes(ConsumerRecord<byte[], byte[]> record) {
    long bytes = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      // A character of a name is three bytes at most.
      bytes += 3L * header.key().length() + length(header.value()) + HEADER_OVERHEAD_BYTES;
    }
    return bytes;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
    letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
