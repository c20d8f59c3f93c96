package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.embedded.collector.CollectedSpan;
import io.skywire.embedded.collector.TraceCollector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** Each transaction is a span, by which its events can be found. */
class PublishSpansTest extends PublisherSetUp {
  @Test
  void withoutTracesNoRecordNamesOne() throws Exception {
    open().publish(batch(12, event(11, ALICE), event(12, BOB)));
    assertThat(producer.history()).allMatch(record -> header(record, "traceparent") == null);
  }

  @Test
  void aTransactionIsASpanThatItsEventsName() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      try (Tracing tracing = Tracing.open("ingester", new Variables(collector.variables()))) {
        EventPublisher publisher = open(tracing.tracer());
        publisher.publish(batch(12, event(11, ALICE), event(12, BOB)));
        publisher.publish(batch(13, event(13, BOB)));
      }
      List<CollectedSpan> spans = collector.await(2);
      assertThat(spans).hasSize(2);
      CollectedSpan first = spans.getFirst();
      assertThat(first.name()).isEqualTo("publish skywire.events");
      assertThat(first.service()).isEqualTo("skywire-ingester");
      assertThat(first.kind()).isEqualTo(CollectedSpan.Kind.PRODUCER);
      assertThat(first.parentId()).isEmpty();
      assertThat(first.error()).isEmpty();
      assertThat(first.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.destination.name", "skywire.events")
          .containsEntry("messaging.batch.message_count", "2")
          .containsEntry("skywire.first_seq", "11")
          .containsEntry("skywire.last_seq", "12")
          .containsEntry("skywire.relay", "relay.example");
      // The flags: sampled, and a random id.
      String firstParent = "00-" + first.id() + "-03";
      String nextParent = "00-" + spans.getLast().id() + "-03";
      assertThat(
              events().stream()
                  .filter(record -> record.value() != null)
                  .map(record -> header(record, "traceparent")))
          .containsExactly(firstParent, firstParent, nextParent);
      assertThat(producer.history().stream().filter(record -> record.topic().equals(Topics.CURSOR)))
          .allMatch(record -> header(record, "traceparent") == null);
    }
  }

  @Test
  void aTransactionThatIsNotSampledIsNotNamed() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> variables = new HashMap<>(collector.variables());
      variables.put("OTEL_TRACES_SAMPLER", "always_off");
      try (Tracing tracing = Tracing.open("ingester", new Variables(variables))) {
        open(tracing.tracer()).publish(batch(11, event(11, ALICE)));
      }
      assertThat(collector.spans()).isEmpty();
      assertThat(producer.history()).allMatch(record -> header(record, "traceparent") == null);
    }
  }

  @Test
  void theSpanOfATransactionThatFailedSaysWhy() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      try (Tracing tracing = Tracing.open("ingester", new Variables(collector.variables()))) {
        EventPublisher publisher = open(tracing.tracer());
        producer.commitTransactionException = new KafkaException("no answer");
        assertThatThrownBy(() -> publisher.publish(batch(11, event(11, ALICE))))
            .isInstanceOf(PublishFailedException.class);
      }
      CollectedSpan span = collector.await(1).getFirst();
      assertThat(span.error()).isEqualTo("no answer");
      assertThat(span.attribute("error.type")).endsWith(".PublishFailedException");
    }
  }
}
