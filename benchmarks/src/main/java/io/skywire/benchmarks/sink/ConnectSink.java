package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * One run of a Kafka Connect worker with one connector and one task, a new one each time and so in
 * a consumer group of its own, into {@link PlainTable#FIRST_COLLECTION}. One thread.
 */
final class ConnectSink implements CatchUp.Watched {
  private static final String MAIN = "org.apache.kafka.connect.cli.ConnectStandalone";
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  /** What the columns are; {@code io.debezium.data.Json} makes Debezium write a jsonb. */
  private static final String SCHEMA =
      """
      {"type":"struct","optional":false,"name":"event","fields":[\
      {"field":"seq","type":"int64","optional":false},\
      {"field":"event_type","type":"string","optional":false},\
      {"field":"collection","type":"string","optional":true},\
      {"field":"repo","type":"string","optional":true},\
      {"field":"data","type":"string","optional":false,"name":"io.debezium.data.Json"}]}\
      """;

  private final Workbench workbench;
  private final ConnectJars jars;
  private final String kafka;
  private final EventsTopic topic;
  private final long[] seqs;
  private final Connector connector;
  private final int restPort = FreePort.lasting();
  private final String name;

  /**
   * @param seqs of all events, ascending
   */
  ConnectSink(
      Workbench workbench,
      ConnectJars jars,
      String kafka,
      EventsTopic topic,
      long[] seqs,
      Connector connector) {
    this.workbench = workbench;
    this.jars = jars;
    this.kafka = kafka;
    this.topic = topic;
    this.seqs = seqs;
    this.connector = connector;
    this.name = connector.plugin() + "-" + System.nanoTime();
  }

  Map<Metric, Double> run(Servers.FreshDatabase database)
      throws SQLException, IOException, InterruptedException {
    try (Connection connection = database.connect()) {
      PlainTable.FIRST_COLLECTION.create(connection);
    }
    Path folder = workbench.newFolder("connect");
    Path worker = written(folder.resolve("worker.properties"), worker(folder));
    Path sink = written(folder.resolve("sink.properties"), sink(database.url()));
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As Connect's own start script gives them.
    words.addAll(
        workbench.jvm(
            "-Xms256m",
            "-Xmx2g",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35"));
    words.addAll(List.of("-cp", jars.worker() + "/*", MAIN, worker.toString(), sink.toString()));
    ChildCommand command =
        new ChildCommand(
            "Kafka Connect with " + connector.plugin(),
            words,
            Map.of(),
            folder.resolve("connect.log"));
    try (ChildProcess process = ChildProcess.start(command)) {
      return new CatchUp(topic, database).watch(process, this);
    }
  }

  @Override
  public String table() {
    return "events";
  }

  /** One partition and one task: what is stored is a beginning of the seqs. */
  @Override
  public double share(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select coalesce(max(seq), 0) from events")) {
      row.next();
      int found = Arrays.binarySearch(seqs, row.getLong(1));
      return found < 0 ? 0 : (found + 1.0) / seqs.length;
    }
  }

  @Override
  public void check() throws IOException, InterruptedException {
    URI status = URI.create("http://127.0.0.1:%d/connectors/%s/status".formatted(restPort, name));
    try (HttpClient client = HttpClient.newHttpClient()) {
      String answer =
          client
              .send(
                  HttpRequest.newBuilder(status).timeout(ANSWER_MAX).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      if (answer.contains("\"FAILED\"")) {
        throw new FailedException(answer.substring(0, Math.min(answer.length(), 500)));
      }
    } catch (FailedException failed) {
      throw failed;
    } catch (IOException notThereYet) {
      // Whether it ends at all is looked at elsewhere.
    }
  }

  private Map<String, String> worker(Path folder) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", kafka);
    settings.put("listeners", "http://127.0.0.1:" + restPort);
    settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    settings.put("value.converter.schemas.enable", "true");
    settings.put("value.converter.schema.content", SCHEMA);
    settings.put("offset.storage.file.filename", folder.resolve("offsets").toString());
    settings.put("plugin.path", jars.plugins().toString());
    settings.put("connector.client.config.override.policy", "All");
    if (connector.plugin().equals(Connector.DEBEZIUM)) {
      // Its jars name what is in them, so that the worker need not search them at its start.
      settings.put("plugin.discovery", "service_load");
    }
    return settings;
  }

  private Map<String, String> sink(DatabaseUrl url) {
    Map<String, String> settings = new HashMap<>(connector.settings());
    settings.put("name", name);
    DatabaseUrl ofDriver =
        new DatabaseUrl(
            url.hosts(), url.database(), url.user(), url.password(), connector.parameters());
    settings.put("connection.url", ofDriver.jdbcUrl());
    // Debezium's name for it, and the others'.
    settings.put("connection.username", url.user());
    settings.put("connection.user", url.user());
    settings.put("connection.password", url.password());
    return settings;
  }

  private static Path written(Path file, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  /** The connector or its task has given up. */
  private static final class FailedException extends IOException {
    private static final long serialVersionUID = 1;

    FailedException(String status) {
      super(status);
    }
  }
}
