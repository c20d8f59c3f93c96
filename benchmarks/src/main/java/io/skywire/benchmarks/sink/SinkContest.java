package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Skywire's sink, those of others, and PostgreSQL alone, all with the same events. */
final class SinkContest implements Stage.Contest {
  private final Workbench workbench;
  private final Shared.Lease<FilledTopic> filled;
  private final Servers servers;
  private final EventsTopic topic;
  private final List<Contender> contenders = new ArrayList<>();

  private SinkContest(Workbench workbench, Shared.Lease<FilledTopic> filled) {
    this.workbench = workbench;
    this.filled = filled;
    this.servers = filled.part().servers();
    this.topic = filled.part().topic();
  }

  static SinkContest prepare(Workbench workbench, Shared.Lease<FilledTopic> filled)
      throws IOException, InterruptedException {
    List<PlainRow> rows = filled.part().rows();
    ConnectTopic.write(filled.part().servers().kafka(), rows);
    long[] seqs = rows.stream().mapToLong(PlainRow::seq).toArray();
    SinkContest contest = new SinkContest(workbench, filled);
    contest.addSkywire();
    contest.addPeer("Kafka Connect, Aiven's JDBC sink", Connector.aiven(), seqs);
    contest.addPeer("Kafka Connect, Confluent's JDBC sink", Connector.confluent(), seqs);
    contest.addPeer("Kafka Connect, Debezium's JDBC sink", Connector.debezium(), seqs);
    contest.addPeer("the same, with unnest", Connector.debeziumUnnest(), seqs);
    ArrayDeque<PlainRow> queue = new ArrayDeque<>(rows);
    if (filled.isOwn()) {
      // They and the chunks together would not fit into memory.
      rows.clear();
    }
    contest.addLimits(new FromMemory(contest.topic, PlainTable.FIRST_COLLECTION.chunks(queue)));
    return contest;
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  @Override
  public void close() {
    filled.close();
  }

  private void addSkywire() {
    SkywireSink sink = new SkywireSink(workbench, servers, topic, false);
    SkywireSink counting = new SkywireSink(workbench, servers, topic, true);
    contenders.add(
        Contender.skywire("Skywire's sink, SKYWIRE_STATS=off", () -> inNewDatabase(sink::run)));
    contenders.add(
        Contender.skywire(
            "the same with its counts, until they are complete",
            () -> inNewDatabase(counting::run)));
  }

  private void addPeer(String name, Connector connector, long[] seqs) {
    try {
      ConnectJars jars = ConnectJars.find(workbench, connector);
      contenders.add(
          Contender.peer(
              name,
              () -> {
                ConnectSink sink =
                    new ConnectSink(workbench, jars, servers.kafka(), topic, seqs, connector);
                return inNewDatabase(sink::run);
              }));
    } catch (IOException notToBeHad) {
      contenders.add(
          Contender.absent(name, Contender.Role.PEER, String.valueOf(notToBeHad.getMessage())));
    }
  }

  private void addLimits(FromMemory rows) {
    contenders.add(
        Contender.limit(
            "INSERT by JDBC from memory, 5,000 rows at a time, as such sinks do",
            () -> inNewDatabase(rows::insert)));
    contenders.add(
        Contender.limit(
            "COPY from memory, 10,000 rows a transaction", () -> inNewDatabase(rows::copyByChunk)));
    contenders.add(
        Contender.limit("COPY from memory, one transaction", () -> inNewDatabase(rows::copyWhole)));
  }

  private interface Run {
    Map<Metric, Double> in(Servers.FreshDatabase database)
        throws SQLException, IOException, InterruptedException;
  }

  private Map<Metric, Double> inNewDatabase(Run run)
      throws SQLException, IOException, InterruptedException {
    try (Servers.FreshDatabase database = servers.newDatabase()) {
      return run.in(database);
    }
  }
}
