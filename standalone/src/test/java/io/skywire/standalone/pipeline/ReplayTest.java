package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.standalone.command.DeadLettersCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/**
 * Dead letters replayed by the command, beside a running pipeline that must not mind. Letters of an
 * older version are put into the topic as that version would have left them.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReplayTest {
  private static final String ALICE = "did:plc:alice";
  private static final String PATH = "app.bsky.feed.post/3mptbypluud2a";

  private static Instant letterTime;
  private static PoisonedPipeline poisoned;
  private static LettersInTopic topic;

  @BeforeAll
  static void start() throws Exception {
    letterTime = Instant.now().minusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);
    poisoned = new PoisonedPipeline();
    topic =
        new LettersInTopic(
            poisoned.servers().bootstrapServers(),
            new TopicPartition(Topics.EVENTS, EventPartitions.of(ALICE, 6)));
    poisoned.sendGood("the start");
  }

  @AfterAll
  static void stop() throws IOException {
    topic.close();
    poisoned.close();
  }

  @AfterEach
  void theIngesterWasNotFencedAndEveryEventIsReadableOnce() throws Exception {
    double disconnects = poisoned.pipeline().ingesterCount("skywire.ingester.disconnects");
    poisoned.sendGood("a replay");
    assertThat(disconnects).isZero();
    assertThat(poisoned.relay().clients()).isEqualTo(1);
    assertThat(poisoned.readableEvents())
        .isEqualTo(poisoned.expectedEvents().stream().sorted().toList());
  }

  @Test
  void aFrameThatCanBeDecodedTodayBecomesAnEventOnce() throws Exception {
    long seq = poisoned.nextSeq();
    poisoned.sendGood("a frame that an older version has dropped");
    String position = keep(seq, PoisonedPipeline.good(seq), "decode", "malformed", relay());
    topic.next();

    Ended replay = deadLetters("replay", position);
    assertThat(replay.status()).as(replay.output()).isZero();
    assertThat(replay.output()).contains("seq " + seq).contains("replay=new");
    poisoned.expectEvent(seq);
    JsonNode event = poisoned.awaitReadable(seq, "the replay");
    assertThat(event.at("/record/ops/0/record/text").asString()).isEqualTo("good " + seq);
    assertThat(Instant.parse(event.path("indexed_at").asString())).isEqualTo(letterTime);
    List<ConsumerRecord<byte[], byte[]>> published = events(topic.next());
    assertThat(published).hasSize(1);
    assertThat(LettersInTopic.header(published.getFirst(), "replay")).isEqualTo("new");
    assertThat(LettersInTopic.header(published.getFirst(), "watermark")).isNull();
    assertThat(published.getFirst().timestamp()).isEqualTo(letterTime.toEpochMilli());

    Ended again = deadLetters("replay", position);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.output()).contains(position + ": it was replayed at ");
    assertThat(deadLetters("replay", "--seq", Long.toString(seq)).output())
        .contains("was replayed at");
    assertThat(events(topic.next())).isEmpty();
    assertThat(deadLetters("list", "--limit", "1").output()).contains(position);
  }

  @Test
  void anEventWithAMarkedOpIsReplacedByTheWholeOne() throws Exception {
    long seq = poisoned.nextSeq();
    Map<String, String> record = Map.of("text", "mended");
    poisoned.relay().send(seq, new CommitFrame().seq(seq).createWithoutBlock(PATH, record).bytes());
    poisoned.expectEvent(seq);
    poisoned.sendGood("a marked op");
    assertThat(poisoned.awaitReadable(seq, "a marked op").at("/record/ops/0").has("error"))
        .isTrue();
    // The relay's own letter: nothing has been mended.
    Ended still = deadLetters("replay", "--seq", Long.toString(seq));
    assertThat(still.status()).isEqualTo(1);
    assertThat(still.output()).contains("still flawed: body.ops[0].record: no such block");

    String position =
        keep(
            seq,
            new CommitFrame().seq(seq).create(PATH, record).bytes(),
            "decode",
            "flawed_op",
            relay());
    Ended ambiguous = deadLetters("replay", "--seq", Long.toString(seq));
    assertThat(ambiguous.status()).isEqualTo(1);
    assertThat(ambiguous.output()).contains("several dead letters").contains(position);
    Ended replay = deadLetters("replay", position);
    assertThat(replay.output()).contains("replay=replaces");
    assertThat(replay.status()).isZero();
    awaitStored(seq, "mended");
    JsonNode event = poisoned.awaitReadable(seq, "the replay");
    assertThat(event.at("/record/ops/0").has("error")).isFalse();
  }

  @Test
  void aRecordThatPostgresRefusedIsStoredWhenItIsReplayed() throws Exception {
    long seq = poisoned.nextSeq();
    execute(
        """
        create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'not today' using errcode = '22000'; end $$
        """);
    execute(
        """
        create trigger refuse before insert on firehose_events
        for each row when (new.seq = %d) execute function refuse()
        """
            .formatted(seq));
    poisoned.relay().send(seq, PoisonedPipeline.good(seq));
    poisoned.sendGood("a record that PostgreSQL refuses");
    assertThat(poisoned.get("/api/events/" + seq).statusCode()).isEqualTo(404);
    Ended list = deadLetters("list", "--reason", "refused_by_database", "--json");
    assertThat(list.output()).contains("\"seq\":" + seq + ",").contains("not today");

    Ended refusedAgain = deadLetters("replay", "--seq", Long.toString(seq));
    assertThat(refusedAgain.status()).as(refusedAgain.output()).isZero();
    poisoned.sendGood("a replay that PostgreSQL refuses too");
    execute("drop trigger refuse on firehose_events");
    // The first letter has been replayed; the second one is open.
    Ended replay = deadLetters("replay", "--seq", Long.toString(seq));
    assertThat(replay.status()).as(replay.output()).isZero();
    assertThat(replay.output()).contains("replay=repeats");
    poisoned.expectEvent(seq);
    JsonNode event = poisoned.awaitReadable(seq, "the replay");
    assertThat(event.at("/record/ops/0/record/text").asString()).isEqualTo("good " + seq);
  }

  @Test
  void whatCannotBeReplayedSaysWhyInOneLine() throws Exception {
    long seq = poisoned.nextSeq();
    poisoned.sendGood("a seq that nobody has");
    byte[] frame = PoisonedPipeline.good(seq);
    byte[] future = PoisonedPipeline.good(1L << 40);
    Map<String, String> expected =
        Map.of(
            "0:999999",
            "there is no such letter",
            "7:0",
            "there is no such letter",
            keep(seq, new byte[] {1}, "decode", "malformed", relay()),
            "still no event: malformed",
            keep(seq, frame, "decode", "malformed", "other.example"),
            "of relay other.example",
            keep(null, future, "decode", "malformed", relay()),
            "is above the cursor",
            keep(seq, frame, "store", "x", null),
            "it is no event's record",
            keep(seq, frame, "\u001b[31m", "x", null),
            "its stage is ?[31m");
    List<String> arguments = new ArrayList<>(List.of("replay"));
    arguments.addAll(expected.keySet());
    Ended replay = deadLetters(arguments.toArray(new String[0]));
    assertThat(replay.status()).isEqualTo(1);
    expected.forEach((position, why) ->
        assertThat(replay.output().lines())
            .anySatisfy(line -> assertThat(line).startsWith(position + ": ").contains(why)));
    assertThat(replay.output().lines()).hasSize(expected.size());
  }

  @Test
  void hostileTextIsPrintedHarmlessly() throws Exception {
    keep(77L, new byte[] {1}, "decode", "\u001b[2J\u009b31m\r\n\u202eevil", relay());
    String list = deadLetters("list").output();
    assertThat(list).contains("?[2J?31m???evil");
    assertThat(list.replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    String json = deadLetters("list", "--json").output();
    assertThat(json.replace("\n", "")).matches("[ -~]*").contains("\\u001B[2J\\u009B31m");
    Ended since = deadLetters("list", "--since", "5m", "--reason", "malformed");
    assertThat(since.output().strip()).isEqualTo("no dead letters of that kind");
    assertThat(deadLetters("list", "--since", "2h").output()).contains("evil");
  }

  @Test
  void aKafkaThatIsAwayIsOneLine() throws Exception {
    Ended list = run(Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"), "list");
    assertThat(list.status()).isEqualTo(1);
    assertThat(list.output().lines())
        .singleElement()
        .asString()
        .startsWith("Kafka at 127.0.0.1:1:");
  }

  /** Puts a letter into the topic, and answers its position. */
  private static String keep(
      @Nullable Long seq, byte[] bytes, String stage, String reason, @Nullable String relay)
      throws Exception {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS,
            0,
            letterTime.toEpochMilli(),
            seq == null ? null : ByteBuffer.allocate(8).putLong(seq).array(),
            bytes);
    letter.headers().add("stage", stage.getBytes(StandardCharsets.UTF_8));
    letter.headers().add("reason", reason.getBytes(StandardCharsets.UTF_8));
    letter.headers().add("detail", "of an older version".getBytes(StandardCharsets.UTF_8));
    if (relay != null) {
      letter.headers().add("relay", relay.getBytes(StandardCharsets.UTF_8));
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", poisoned.servers().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return "0:" + producer.send(letter).get().offset();
    }
  }

  private static String relay() {
    URI uri = poisoned.relay().uri();
    return uri.getRawAuthority();
  }

  /** Without records that only carry a watermark, and without the good events around. */
  private static List<ConsumerRecord<byte[], byte[]>> events(
      List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> LettersInTopic.header(record, "replay") != null)
        .toList();
  }

  private static void awaitStored(long seq, String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!text.equals(
        poisoned.awaitReadable(seq, text).at("/record/ops/0/record/text").asString(""))) {
      assertThat(System.nanoTime()).as("%d says %s", seq, text).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = poisoned.pipeline().database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private record Ended(int status, String output) {}

  private static Ended deadLetters(String... arguments) {
    return run(Map.of("KAFKA_BOOTSTRAP_SERVERS", poisoned.servers().bootstrapServers()), arguments);
  }

  private static Ended run(Map<String, String> variables, String... arguments) {
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output, true);
    CommandLine command =
        new CommandLine(new DeadLettersCommand(() -> new Variables(variables)))
            .setOut(writer)
            .setErr(writer)
            .setExecutionExceptionHandler((failure, _, _) -> {
              writer.println(failure.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
    return new Ended(command.execute(arguments), output.toString());
  }
}
