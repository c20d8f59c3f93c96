package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.tracing.Tracing;
import io.skywire.embedded.collector.CollectedSpan;
import io.skywire.embedded.collector.TraceCollector;
import io.skywire.sink.retention.DayPartitions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class StoreSpansTest extends StoreSetUp {
  @Test
  void aBatchIsASpanThatLeadsToTheTransactionsOfItsEvents() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long seq = 1; seq <= 6; seq++) {
      records.add(publishedBy(seq <= 3 ? name(1) : name(2), TestRecords.event(0, seq, "{}")));
    }
    records.add(publishedBy("00-of-no-use", TestRecords.event(0, 7, "{}")));
    records.add(TestRecords.event(0, 8, "{}"));
    records.add(publishedBy(name(1), TestRecords.event(0, 9, "{}")));
    List<CollectedSpan> spans = spansOf(TestRecords.batch(0, START, records), false);

    assertThat(spans).extracting(CollectedSpan::name).containsExactly("COPY", "COMMIT", "store");
    CollectedSpan store = spans.getLast();
    assertThat(store.service()).isEqualTo("skywire-sink");
    assertThat(store.kind()).isEqualTo(CollectedSpan.Kind.CONSUMER);
    assertThat(store.error()).isEmpty();
    assertThat(store.links()).containsExactly(id(1), id(2));
    assertThat(store.attributes())
        .containsEntry("messaging.destination.name", "skywire.events")
        .containsEntry("messaging.batch.message_count", "9")
        .containsEntry("skywire.rows", "9")
        .containsEntry("skywire.partitions", "[0]")
        .containsEntry("skywire.first_seq", "1")
        .containsEntry("skywire.last_seq", "9");
    assertThat(spans.subList(0, 2))
        .allSatisfy(step -> {
          assertThat(step.traceId()).isEqualTo(store.traceId());
          assertThat(step.parentId()).isEqualTo(store.spanId());
          assertThat(step.kind()).isEqualTo(CollectedSpan.Kind.CLIENT);
          assertThat(step.attribute("db.system.name")).isEqualTo("postgresql");
        });
  }

  @Test
  void aBatchOfManyTransactionsLeadsToSomeOfThem() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int seq = 1; seq <= 100; seq++) {
      records.add(publishedBy(name(seq), TestRecords.event(0, seq, "{}")));
    }
    assertThat(spansOf(TestRecords.batch(0, START, records), false).getLast().links())
        .hasSize(StoreSpans.LINKS_MAX)
        .startsWith(id(1), id(2));
  }

  @Test
  void theSpanOfABatchThatIsNotStoredSaysWhy() throws Exception {
    failAt(11);
    CollectedSpan store = spansOf(batch(Set.of()), true).getLast();
    assertThat(store.name()).isEqualTo("store");
    assertThat(store.error()).contains("no space left on device");
    assertThat(store.attribute("error.type")).endsWith("SQLException");
  }

  /** COPY, COMMIT and the batch's; of one that fails no COMMIT. */
  private List<CollectedSpan> spansOf(EventBatch batch, boolean fails) throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      try (Tracing tracing = Tracing.open("sink", new Variables(collector.variables()));
          EventStore traced =
              new EventStore(
                  database.pool(),
                  progress,
                  new DayPartitions(database.pool(), InstantSource.system()),
                  deadLetters::addAll,
                  EventEncoding.JSON,
                  tracing.tracer())) {
        if (fails) {
          assertThatThrownBy(() -> traced.store(batch, Map.of(0, START), List.of()))
              .isInstanceOf(SQLException.class);
        } else {
          traced.store(batch, Map.of(0, START), List.of());
        }
      }
      return collector.await(fails ? 2 : 3);
    }
  }

  private static ConsumerRecord<byte[], byte[]> publishedBy(
      String transaction, ConsumerRecord<byte[], byte[]> record) {
    record.headers().add(EventHeaders.TRACEPARENT, TestRecords.bytes(transaction));
    return record;
  }

  private static String name(int transaction) {
    return "00-" + id(transaction) + "-01";
  }

  private static String id(int transaction) {
    return "%032x-%016x".formatted(transaction, transaction);
  }
}
