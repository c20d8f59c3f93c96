package io.skywire.common.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span's name for other processes, as a record's header carries it.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>
 */
public final class TraceParent {
  private static final String NAME = "traceparent";

  private TraceParent() {}

  /** The header's value; null of a span that nobody will find, since it is not sampled. */
  public static byte @Nullable [] of(SpanContext span) {
    return span.isSampled()
        ? "00-%s-%s-%s"
            .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
            .getBytes(StandardCharsets.US_ASCII)
        : null;
  }

  /** Whose value it is; not valid when it is no such value. */
  public static SpanContext read(byte[] value) {
    String text = new String(value, StandardCharsets.US_ASCII);
    return Span.fromContext(
            W3CTraceContextPropagator.getInstance().extract(Context.root(), text, TheOne.GETTER))
        .getSpanContext();
  }

  /** The text itself as the only header. */
  private enum TheOne implements TextMapGetter<String> {
    GETTER;

    @Override
    public Iterable<String> keys(String text) {
      return List.of(NAME);
    }

    @Override
    public @Nullable String get(@Nullable String text, String name) {
      return name.equals(NAME) ? text : null;
    }
  }
}
