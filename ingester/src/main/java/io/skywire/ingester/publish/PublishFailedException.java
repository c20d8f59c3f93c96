package io.skywire.ingester.publish;

import org.apache.kafka.common.KafkaException;

/**
 * Kafka did not take a transaction, or did not say whether it did. The publisher is used up; the
 * next one's committed cursor tells which it was.
 */
public final class PublishFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  PublishFailedException(KafkaException cause) {
    super(cause.getMessage(), cause);
  }
}
