package io.skywire.standalone.pipeline;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;

/** A Kafka and a PostgreSQL database, empty when they start. */
interface Servers extends AutoCloseable {
  String bootstrapServers();

  DatabaseUrl database();

  @Override
  void close();

  /**
   * Real servers in and beside this JVM: a broker of its own, since topics, groups and transactions
   * have the same names in every test, and a database of its own in a PostgreSQL that they share.
   */
  static Servers embedded() {
    DatabaseUrl database = SharedPostgres.createDatabase();
    EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.bootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return database;
      }

      @Override
      public void close() {
        kafka.close();
        SharedPostgres.dropDatabase(database);
      }
    };
  }

  /**
   * Servers that stay open; each answer of PostgreSQL comes through the proxy, or the connection is
   * given up after so many seconds.
   */
  static Servers proxied(
      EmbeddedKafka kafka, EmbeddedPostgresServer postgres, TcpProxy proxy, int answerSecondsMax) {
    DatabaseUrl direct = postgres.url();
    DatabaseUrl proxied =
        new DatabaseUrl(
            direct.host(),
            proxy.port(),
            direct.database(),
            direct.user(),
            direct.password(),
            "socketTimeout=" + answerSecondsMax);
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.bootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return proxied;
      }

      @Override
      public void close() {
        // Theirs who have started them.
      }
    };
  }
}
