package io.skywire.sink.write;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.TraceParent;
import io.skywire.common.tracing.Tracing;
import io.skywire.sink.write.EventBatch.Entry;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;

/**
 * The span of the batch that is being stored, with links to the transactions that its events were
 * published in, and the spans of its steps. While traces are off there are none. One thread.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/">Semantic
 *     conventions</a>
 */
final class StoreSpans {
  /** A batch while catching up is of hundreds of transactions. */
  static final int LINKS_MAX = 32;

  private static final AttributeKey<List<Long>> PARTITIONS =
      AttributeKey.longArrayKey("skywire.partitions");

  private final Tracer tracer;
  private Span span = Span.getInvalid();

  StoreSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  void begin(EventBatch batch) {
    if (!tracer.isEnabled()) {
      return;
    }
    SpanBuilder builder =
        tracer
            .spanBuilder("store")
            .setNoParent()
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute("messaging.system", "kafka")
            .setAttribute("messaging.operation.name", "store")
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.destination.name", Topics.EVENTS)
            .setAttribute("messaging.batch.message_count", batch.records())
            .setAttribute("skywire.rows", batch.rows().size())
            .setAttribute(
                PARTITIONS, batch.progress().keySet().stream().map(Integer::longValue).toList());
    transactions(batch.rows()).forEach(builder::addLink);
    span = builder.startSpan();
    batch.rows().stream()
        .mapToLong(entry -> entry.row().seq())
        .min()
        .ifPresent(seq -> span.setAttribute("skywire.first_seq", seq));
    batch.rows().stream()
        .mapToLong(entry -> entry.row().seq())
        .max()
        .ifPresent(seq -> span.setAttribute("skywire.last_seq", seq));
  }

  /** Those that have a name in their events' headers; whoever may write to the topic wrote them. */
  private static Set<SpanContext> transactions(List<Entry> rows) {
    Set<SpanContext> found = new LinkedHashSet<>();
    byte[] last = {};
    for (Entry entry : rows) {
      Header header = entry.source().headers().lastHeader(EventHeaders.TRACEPARENT);
      byte[] value = header == null ? null : header.value();
      if (value == null || Arrays.equals(value, last)) {
        continue;
      }
      last = value;
      // What is not valid makes no link.
      found.add(TraceParent.read(value));
      if (found.size() == LINKS_MAX) {
        break;
      }
    }
    return found;
  }

  /** A step of PostgreSQL's, to be ended by the caller. */
  Span step(String name) {
    return tracer.isEnabled()
        ? tracer
            .spanBuilder(name)
            .setParent(Context.root().with(span))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("db.system.name", "postgresql")
            .setAttribute("db.operation.name", name)
            .startSpan()
        : Span.getInvalid();
  }

  void failed(Exception failure) {
    Tracing.failed(span, failure);
  }

  void end() {
    span.end();
    span = Span.getInvalid();
  }
}
