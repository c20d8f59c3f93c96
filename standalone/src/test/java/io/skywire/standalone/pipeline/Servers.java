package io.skywire.standalone.pipeline;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;

/** A Kafka and a PostgreSQL, empty when they start. */
interface Servers extends AutoCloseable {
  String bootstrapServers();

  DatabaseUrl database();

  @Override
  void close();

  /** Real servers in and beside this JVM. */
  static Servers embedded() {
    EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
    EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.bootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return postgres.url();
      }

      @Override
      public void close() {
        kafka.close();
        postgres.close();
      }
    };
  }
}
