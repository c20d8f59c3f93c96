package io.skywire.benchmarks.sink;

import java.util.HashMap;
import java.util.Map;

/**
 * A JDBC sink for Kafka Connect, with the settings that were found to be its fastest: large batches
 * and fetches, rewritten inserts where the driver does that.
 *
 * @param plugin the folder of its jars
 * @param settings its own
 * @param parameters of the JDBC URL
 */
record Connector(String plugin, Map<String, String> settings, String parameters) {
  /** The one that Maven Central has. */
  static final String DEBEZIUM = "debezium";

  private static final String ROWS = "5000";

  static Connector aiven() {
    return likeConfluents("aiven", "io.aiven.connect.jdbc.JdbcSinkConnector");
  }

  static Connector confluent() {
    return likeConfluents("confluent", "io.confluent.connect.jdbc.JdbcSinkConnector");
  }

  static Connector debezium() {
    return new Connector(DEBEZIUM, debeziumSettings(), "reWriteBatchedInserts=true");
  }

  /** Arrays instead of rows of parameters. */
  static Connector debeziumUnnest() {
    Map<String, String> settings = debeziumSettings();
    settings.put("dialect.postgres.unnest.insert.enabled", "true");
    return new Connector(DEBEZIUM, settings, "");
  }

  private static Connector likeConfluents(String plugin, String connectorClass) {
    Map<String, String> settings = common(connectorClass);
    settings.put("pk.mode", "record_value");
    settings.put("pk.fields", "seq");
    settings.put("auto.create", "false");
    settings.put("auto.evolve", "false");
    settings.put("table.name.format", "events");
    return new Connector(plugin, settings, "stringtype=unspecified&reWriteBatchedInserts=true");
  }

  private static Map<String, String> debeziumSettings() {
    Map<String, String> settings = common("io.debezium.connector.jdbc.JdbcSinkConnector");
    settings.put("primary.key.mode", "record_value");
    settings.put("primary.key.fields", "seq");
    settings.put("schema.evolution", "none");
    settings.put("collection.name.format", "events");
    return settings;
  }

  private static Map<String, String> common(String connectorClass) {
    Map<String, String> settings = new HashMap<>();
    settings.put("connector.class", connectorClass);
    settings.put("tasks.max", "1");
    settings.put("topics", ConnectTopic.NAME);
    // Connect delivers at least once: without it a restart would end at the primary key.
    settings.put("insert.mode", "upsert");
    settings.put("batch.size", ROWS);
    settings.put("consumer.override.max.poll.records", ROWS);
    settings.put("consumer.override.fetch.min.bytes", "1048576");
    settings.put("consumer.override.fetch.max.wait.ms", "100");
    settings.put("consumer.override.max.partition.fetch.bytes", "16777216");
    settings.put("consumer.override.fetch.max.bytes", "67108864");
    return settings;
  }
}
