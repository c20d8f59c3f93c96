package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.process.ChildCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * The contest of {@link IngesterStage}: each run has a broker of its own, and all read the same
 * backlog or send what is in it.
 */
final class IngesterRuns implements Stage.Contest {
  static final Packages PEERS = Packages.maven("producer");

  private static final Metric SPEED = Metric.higher("", "events/s");
  private static final Duration RUN_MAX = Duration.ofMinutes(10);
  private static final int TRANSACTION = 500;
  private static final String PRODUCER_PERFORMANCE = "Kafka's ProducerPerformance, no transactions";

  private final Workbench workbench;
  private final Path bodies;
  private final Shared.Lease<Backlog> lease;
  private final Backlog backlog;
  private final List<Contender> contenders = new ArrayList<>();

  IngesterRuns(Workbench workbench) throws IOException, InterruptedException {
    this.workbench = workbench;
    this.bodies = workbench.newFolder("bodies").resolve("events.json");
    EventBodies.write(workbench, bodies);
    contenders.add(Contender.skywire("Skywire's ingester", this::ingester));
    contenders.add(Contender.inGo("at-kafka"));
    contenders.add(Contender.inGo("Jetstream"));
    contenders.add(
        Contender.limit("a Kafka producer, transactions of " + TRANSACTION, this::transactions));
    contenders.add(producerPerformance());
    contenders.add(Contender.limit("the relay alone, its frames thrown away", this::relay));
    this.lease = Backlog.lease(workbench);
    this.backlog = lease.part();
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  @Override
  public void close() {
    lease.close();
  }

  private Map<Metric, Double> ingester() throws InterruptedException, ExecutionException {
    try (World world = World.withKafka(workbench)) {
      AfterWarmUp speed = new AfterWarmUp(backlog.events());
      world.startIngester(backlog.relay());
      EventTopic.follow(world, backlog, speed, RUN_MAX);
      backlog.requireAll("the topic", EventTopic.seqs(world));
      return Map.of(SPEED, speed.perSecond());
    }
  }

  private Map<Metric, Double> transactions()
      throws IOException, InterruptedException, ExecutionException {
    try (World world = World.withKafka(workbench)) {
      String printed =
          Programs.run(
              Programs.java(
                  workbench,
                  "transactions",
                  TransactionProducer.class,
                  List.of(
                      world.kafka(),
                      bodies.toString(),
                      Integer.toString(backlog.events()),
                      Integer.toString(TRANSACTION)),
                  world.folder()),
              RUN_MAX);
      requireAllSent(world);
      return Map.of(SPEED, Double.parseDouble(printed.strip()));
    }
  }

  private Contender producerPerformance() {
    try {
      String jars = workbench.peers().folder(PEERS) + "/*";
      return Contender.limit(PRODUCER_PERFORMANCE, () -> producerPerformance(jars));
    } catch (IOException notToBeHad) {
      return Contender.absent(
          PRODUCER_PERFORMANCE, Contender.Role.LIMIT, String.valueOf(notToBeHad.getMessage()));
    }
  }

  private Map<Metric, Double> producerPerformance(String jars)
      throws IOException, InterruptedException, ExecutionException {
    try (World world = World.withKafka(workbench)) {
      ChildCommand command =
          ProducerPerformance.command(workbench, jars, world, bodies, backlog.events());
      double speed = ProducerPerformance.recordsPerSecond(Programs.run(command, RUN_MAX));
      requireAllSent(world);
      return Map.of(SPEED, speed);
    }
  }

  private Map<Metric, Double> relay() throws IOException {
    String printed =
        Programs.run(
            Programs.java(
                workbench,
                "reader",
                FrameReader.class,
                List.of(backlog.relay().toString(), Integer.toString(backlog.events())),
                workbench.newFolder("reader")),
            RUN_MAX);
    return Map.of(SPEED, Double.parseDouble(printed.strip()));
  }

  private void requireAllSent(World world) {
    int count = EventTopic.count(world);
    if (count != backlog.events()) {
      throw new IllegalStateException(
          "the topic has %,d records of %,d".formatted(count, backlog.events()));
    }
  }
}
