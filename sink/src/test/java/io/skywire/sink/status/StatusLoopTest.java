package io.skywire.sink.status;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.topic.Topics;
import io.skywire.sink.SinkDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StatusLoopTest {
  private static final TopicPartition STATUS = new TopicPartition(Topics.STATUS, 0);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final AtomicBoolean kafkaAway = new AtomicBoolean(true);
  private final StoringProblem storing = new StoringProblem(InstantSource.system());

  @Test
  @Timeout(60)
  void theHeartbeatTellsWhatIsWrongWithKafkaAndElseWhyNothingIsStored() throws Exception {
    try (SinkDatabase database = SinkDatabase.create();
        LoopThread loop =
            new LoopThread(
                "status",
                new StatusLoop(
                    this::topicId,
                    StatusLoopTest::consumer,
                    new StatusTables(database.pool(), "one"),
                    storing,
                    new Backoff(PAUSE, PAUSE, new Random(1))),
                Duration.ofSeconds(5))) {
      storing.failed("No space left on device");
      loop.start();
      awaitHeartbeat(database, "f,no route to the broker");
      kafkaAway.set(false);
      awaitHeartbeat(database, "t,No space left on device");
      storing.stored();
      awaitHeartbeat(database, "t,");
    }
  }

  private static void awaitHeartbeat(SinkDatabase database, String expected)
      throws InterruptedException {
    while (!database
        .rows("select kafka_reachable, problem from sink_heartbeats")
        .equals(List.of(expected))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String topicId() {
    if (kafkaAway.get()) {
      throw new KafkaException("no route to the broker");
    }
    return "topic-1";
  }

  private static Consumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
    kafka.updateBeginningOffsets(Map.of(STATUS, 0L));
    kafka.updateEndOffsets(Map.of(STATUS, 0L));
    return kafka;
  }
}
