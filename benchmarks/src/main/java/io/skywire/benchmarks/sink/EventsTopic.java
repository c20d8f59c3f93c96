package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.LauncherFlags;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * {@code skywire.events} as an ingester has written it that found a backlog at a relay, made from a
 * seed.
 *
 * @param events in it
 * @param lastSeq of them
 * @param seqSum of all, to compare a table with
 * @param ends the sum of the partitions' ends
 */
record EventsTopic(int events, long lastSeq, long seqSum, long ends) {
  private static final long SEED = 4;
  private static final int PARTITIONS = 6;
  private static final Duration POLL_MAX = Duration.ofMillis(200);
  private static final Duration EMITTED_MAX = Duration.ofMinutes(10);
  private static final Duration PUBLISHED_MAX = Duration.ofMinutes(10);
  private static final Duration STOP_MAX = Duration.ofMinutes(1);

  /**
   * Writes the topic.
   *
   * @param rows receives the events, ascending by seq
   */
  static EventsTopic write(Workbench workbench, Servers servers, int events, List<PlainRow> rows)
      throws IOException, InterruptedException {
    workbench.screen().line("  an ingester writes %,d events ...".formatted(events));
    Path folder = workbench.newFolder("topic");
    SimulatorSettings settings =
        SimulatorSettings.defaults()
            .withSeed(SEED)
            .withRate(0)
            .withFolder(folder.resolve("relay"))
            .withWindowEvents(events)
            .withBacklogEvents(events)
            .withLedgerEvents(events)
            .withLimit(events);
    Map<String, String> kafka = Map.of("KAFKA_BOOTSTRAP_SERVERS", servers.kafka());
    try (RelaySimulator relay = RelaySimulator.start(settings);
        TopicAdmin topics = TopicAdmin.open(KafkaSettings.from(new Variables(kafka)))) {
      topics.ensure(PARTITIONS);
      long end = System.nanoTime() + EMITTED_MAX.toNanos();
      while (relay.emitted() < events) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("the relay has not made its events within " + EMITTED_MAX);
        }
        Thread.sleep(POLL_MAX);
      }
      try (ChildProcess ingester =
          ChildProcess.start(
              ChildCommand.java(
                  "ingester",
                  Skywire.class.getName(),
                  workbench.jvm(LauncherFlags.INGESTER_AND_SINK),
                  List.of("ingester"),
                  Map.of(
                      "KAFKA_BOOTSTRAP_SERVERS",
                      servers.kafka(),
                      "RELAY_URL",
                      relay.uri().toString(),
                      "RELAY_START",
                      "oldest"),
                  folder.resolve("ingester.log")))) {
        read(servers.kafka(), ingester, events, rows);
        ingester.terminate();
        ingester.awaitExit(STOP_MAX);
      }
      rows.sort(Comparator.comparingLong(PlainRow::seq));
      compare(rows, relay.ledger().entries());
      long ends = topics.ends(Topics.EVENTS).values().stream().mapToLong(Long::longValue).sum();
      return new EventsTopic(
          events, relay.head(), rows.stream().mapToLong(PlainRow::seq).sum(), ends);
    } catch (ExecutionException refused) {
      throw new IOException("Kafka refuses: " + refused.getMessage(), refused);
    }
  }

  private static void read(String servers, ChildProcess ingester, int events, List<PlainRow> rows)
      throws IOException {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            5_000);
    long end = System.nanoTime() + PUBLISHED_MAX.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(number -> new TopicPartition(Topics.EVENTS, number))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (rows.size() < events) {
        consumer
            .poll(POLL_MAX)
            .forEach(record -> {
              if (record.value() != null) {
                rows.add(row(record));
              }
            });
        if (!ingester.isAlive() || System.nanoTime() - end > 0) {
          throw new IOException(
              "the ingester %s and has published %,d events of %,d: %s"
                  .formatted(
                      ingester.isAlive() ? "has had " + PUBLISHED_MAX : "has ended",
                      rows.size(),
                      events,
                      CatchUp.lastLines(ingester.command().log())));
        }
      }
    }
  }

  private static PlainRow row(ConsumerRecord<byte[], byte[]> record) {
    String collections = header(record, EventHeaders.COLLECTIONS);
    return new PlainRow(
        Objects.requireNonNull(Seq.ofKey(record.key())),
        Objects.requireNonNull(header(record, EventHeaders.EVENT_TYPE)).intern(),
        header(record, EventHeaders.REPO),
        collections == null ? List.of() : List.of(collections.split(",", -1)),
        PlainRow.withoutNul(record.value()));
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** What all are measured with is what the relay has sent. */
  private static void compare(List<PlainRow> rows, List<LedgerEntry> ledger) throws IOException {
    List<Long> sent = new ArrayList<>(ledger.stream().map(LedgerEntry::seq).toList());
    if (!rows.stream().map(PlainRow::seq).toList().equals(sent)) {
      throw new IOException("the topic does not hold each event of the relay once");
    }
  }
}
