package io.skywire.ingester.publish;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.TraceParent;
import io.skywire.common.tracing.Tracing;
import io.skywire.ingester.atproto.Event;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The span of the transaction that is under way, and the header by which the readers of its events
 * find it. While traces are off there is neither. One thread.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/">Semantic
 *     conventions</a>
 */
final class PublishSpans {
  private static final String NAME = "publish " + Topics.EVENTS;

  private final Tracer tracer;
  private final String relay;
  private Span span = Span.getInvalid();
  private byte @Nullable [] traceParent;

  PublishSpans(Tracer tracer, String relay) {
    this.tracer = tracer;
    this.relay = relay;
  }

  void begin(Batch batch) {
    if (!tracer.isEnabled()) {
      return;
    }
    span =
        tracer
            .spanBuilder(NAME)
            .setNoParent()
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.operation.name", "publish")
            .setAttribute("messaging.operation.type", "send")
            .setAttribute("messaging.destination.name", Topics.EVENTS)
            .setAttribute("messaging.batch.message_count", batch.events().size())
            .setAttribute("skywire.relay", relay)
            .startSpan();
    List<Event> events = batch.events();
    if (!events.isEmpty()) {
      span.setAttribute("skywire.first_seq", events.getFirst().seq());
      span.setAttribute("skywire.last_seq", events.getLast().seq());
    }
    traceParent = TraceParent.of(span.getSpanContext());
  }

  /** The same to each event of the transaction. */
  void addTo(ProducerRecord<byte[], byte[]> event) {
    if (traceParent != null) {
      event.headers().add(EventHeaders.TRACEPARENT, traceParent);
    }
  }

  void failed(Exception failure) {
    Tracing.failed(span, failure);
  }

  void end() {
    span.end();
    span = Span.getInvalid();
    traceParent = null;
  }
}
