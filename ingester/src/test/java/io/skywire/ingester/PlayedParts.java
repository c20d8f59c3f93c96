package io.skywire.ingester;

import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.Leadership;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.relay.FrameSource;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What an ingester works with, played: a group, a topic that keeps what is committed, a relay. */
final class PlayedParts implements Ingester.Connections {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CURSOR, 0);
  private static final int FEW = 7;

  private interface Take {
    List<byte[]> frames() throws RelayDisconnectedException;
  }

  /** Each poll of the group takes one: whether this ingester leads. The last one stays. */
  final Deque<Boolean> assignments = new ArrayDeque<>();

  /** The cursors that the relay was asked for, one a session. */
  final List<@Nullable Long> asked = new ArrayList<>();

  final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
  final List<FrameSource> takenFrom = new ArrayList<>();
  final List<Integer> framesMax = new ArrayList<>();
  final List<Long> bytesMax = new ArrayList<>();
  int joins;
  int polls;

  /** How often the group does not confirm that this ingester leads. */
  int unconfirmed;

  /** So many publishers are fenced as soon as they are open. */
  int fenced;

  /** Thrown once, instead of joining the group. */
  @Nullable ExecutionException away;

  /** Thrown one after the other, each by a group that was joined. */
  final Deque<RuntimeException> lost = new ArrayDeque<>();

  /** The frames that wait to be taken. */
  int waiting = FEW;

  /** What a commit may wait for. */
  Runnable atCommit = () -> {};

  /** Whether nothing comes just now. */
  BooleanSupplier silent = () -> false;

  /** What may take its time: joining, waiting to lead, waiting for frames. */
  Runnable atEachStep = () -> {};

  Runnable atPoll = () -> {};
  Runnable atOpening = () -> {};

  /** When there is nothing left to take. */
  Runnable atTheEnd = () -> {};

  private final IngesterSettings settings;
  private final Deque<Take> takes = new ArrayDeque<>();
  private final List<MockConsumer<byte[], byte[]>> groups = new ArrayList<>();
  private final List<Frames> sessions = new ArrayList<>();
  private byte @Nullable [] before;

  PlayedParts(IngesterSettings settings) {
    this.settings = settings;
  }

  void takes(byte[]... frames) {
    takes.add(() -> List.of(frames));
  }

  void takes(Runnable first, byte[]... frames) {
    takes.add(() -> {
      first.run();
      return List.of(frames);
    });
  }

  void hangsUp(RelayDisconnectedException reason) {
    takes.add(() -> {
      throw reason;
    });
  }

  /** The cursor that the topic has at first. */
  void commit(long seq) {
    before =
        """
        {"relay": "relay.example", "seq": %d, "written_at": "2026-07-04T11:00:00Z"}\
        """
            .formatted(seq)
            .getBytes(StandardCharsets.UTF_8);
  }

  /** The seq of the topic's cursor; null without one. */
  @Nullable Long committed() {
    Cursor cursor = cursors().read(settings.relayName()).get(settings.relayName());
    return cursor == null ? null : cursor.seq();
  }

  List<ProducerRecord<byte[], byte[]>> events() {
    return records(Topics.EVENTS);
  }

  boolean allClosed() {
    return producers.stream().allMatch(MockProducer::closed)
        && sessions.stream().allMatch(session -> session.closed);
  }

  boolean hasLeft() {
    return groups.stream().allMatch(MockConsumer::closed);
  }

  private List<ProducerRecord<byte[], byte[]>> records(String topic) {
    return producers.stream()
        .flatMap(producer -> producer.history().stream())
        .filter(record -> record.topic().equals(topic))
        .toList();
  }

  @Override
  public Leadership joinGroup() throws ExecutionException {
    joins++;
    atEachStep.run();
    ExecutionException failure = away;
    if (failure != null) {
      away = null;
      throw failure;
    }
    if (assignments.isEmpty()) {
      assignments.add(true);
    }
    Group group = new Group();
    groups.add(group);
    return new Leadership(group, Duration.ofSeconds(6));
  }

  @Override
  public EventPublisher openPublisher() throws FencedException, PublishFailedException {
    atOpening.run();
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public void commitTransaction() {
            atCommit.run();
            super.commitTransaction();
          }
        };
    CursorTopic cursors = cursors();
    producers.add(producer);
    EventPublisher opened =
        EventPublisher.open(
            producer,
            cursors,
            settings.relayName(),
            settings.eventPartitions(),
            InstantSource.system(),
            Tracing.none());
    if (fenced > 0) {
      fenced--;
      producer.fenceProducer();
    }
    return opened;
  }

  private CursorTopic cursors() {
    List<ProducerRecord<byte[], byte[]>> written = records(Topics.CURSOR);
    byte[] last = written.isEmpty() ? before : written.getLast().value();
    return new CursorTopic(() -> consumer(last));
  }

  private Consumer<byte[], byte[]> consumer(byte @Nullable [] cursor) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, cursor == null ? 0L : 1L));
    if (cursor != null) {
      byte[] relay = settings.relayName().getBytes(StandardCharsets.UTF_8);
      consumer.schedulePollTask(
          () -> consumer.addRecord(new ConsumerRecord<>(Topics.CURSOR, 0, 0, relay, cursor)));
    }
    return consumer;
  }

  @Override
  public FrameSource subscribe(@Nullable Long cursor) {
    asked.add(cursor);
    Frames frames = new Frames();
    sessions.add(frames);
    return frames;
  }

  private final class Group extends MockConsumer<byte[], byte[]> {
    private boolean leads;

    Group() {
      super("earliest");
      updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polls++;
      atPoll.run();
      if (!leads) {
        atEachStep.run();
      }
      RuntimeException failure = lost.poll();
      if (failure != null) {
        throw failure;
      }
      Boolean next = assignments.poll();
      if (next != null) {
        leads = next;
        rebalance(leads ? List.of(PARTITION) : List.of());
      }
      return super.poll(timeout);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      if (unconfirmed > 0) {
        unconfirmed--;
        throw new CommitFailedException();
      }
    }

    @Override
    public synchronized Map<MetricName, ? extends Metric> metrics() {
      MetricName name =
          new MetricName(
              "last-heartbeat-seconds-ago", "consumer-coordinator-metrics", "", Map.of());
      Metric recent =
          new Metric() {
            @Override
            public MetricName metricName() {
              return name;
            }

            @Override
            public Object metricValue() {
              return 0.0;
            }
          };
      return Map.of(name, recent);
    }
  }

  private final class Frames implements FrameSource {
    private boolean closed;

    @Override
    public List<byte[]> take(int frames, long bytes, Duration wait)
        throws RelayDisconnectedException {
      if (silent.getAsBoolean()) {
        return List.of();
      }
      takenFrom.add(this);
      framesMax.add(frames);
      bytesMax.add(bytes);
      atEachStep.run();
      Take next = takes.poll();
      if (next == null) {
        atTheEnd.run();
        return List.of();
      }
      return next.frames();
    }

    @Override
    public @Nullable Instant lastFrameAt() {
      return null;
    }

    @Override
    public int waiting() {
      return waiting;
    }

    @Override
    public long waitingBytes() {
      return FEW;
    }

    @Override
    public Duration fullFor() {
      return Duration.ZERO;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
