package io.skywire.embedded.network;

/**
 * What a {@link TcpProxy} can tell of the requests that pass: where each begins and what it is
 * called.
 */
public enum WireProtocol {
  /** Bytes without messages: nothing can be held. */
  OPAQUE,
  /**
   * Requests are called as Kafka calls them: {@code EndTxn}, {@code Produce}, {@code JoinGroup}.
   */
  KAFKA,
  /**
   * Requests are called by their statement, cut off at 160 characters, or {@code CopyDone}, and the
   * commit after one {@code COMMIT after CopyDone}, likewise {@code COMMIT after drop table}.
   */
  POSTGRES;

  /** Follows the requests of one connection. */
  RequestReader newReader() {
    return switch (this) {
      case OPAQUE -> (bytes, from, available) -> new RequestReader.Request("", available);
      case KAFKA -> new KafkaRequests();
      case POSTGRES -> new PostgresRequests();
    };
  }
}
