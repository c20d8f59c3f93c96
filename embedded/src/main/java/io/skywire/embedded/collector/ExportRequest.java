package io.skywire.embedded.collector;

import io.skywire.embedded.collector.CollectedSpan.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The spans of an {@code ExportTraceServiceRequest}.
 *
 * @see <a
 *     href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto">trace.proto</a>
 */
final class ExportRequest {
  private static final int ERROR = 2;

  private ExportRequest() {}

  static List<CollectedSpan> spans(byte[] request) {
    List<CollectedSpan> spans = new ArrayList<>();
    ProtobufReader fields = new ProtobufReader(request);
    for (int field = fields.next(); field != 0; field = fields.next()) {
      if (field == 1) {
        readResource(fields.message(), spans);
      }
    }
    return spans;
  }

  private static void readResource(ProtobufReader fields, List<CollectedSpan> spans) {
    Map<String, String> resource = new HashMap<>();
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case 1 -> readAttributes(fields.message(), resource);
        case 2 -> readScope(fields.message(), resource.getOrDefault("service.name", ""), spans);
        default -> {}
      }
    }
  }

  private static void readAttributes(ProtobufReader fields, Map<String, String> attributes) {
    for (int field = fields.next(); field != 0; field = fields.next()) {
      if (field == 1) {
        readAttribute(fields.message(), attributes);
      }
    }
  }

  private static void readScope(ProtobufReader fields, String service, List<CollectedSpan> spans) {
    for (int field = fields.next(); field != 0; field = fields.next()) {
      if (field == 2) {
        spans.add(span(fields.message(), service));
      }
    }
  }

  private static CollectedSpan span(ProtobufReader fields, String service) {
    String traceId = "";
    String spanId = "";
    String parentId = "";
    String name = "";
    String error = "";
    Kind kind = Kind.UNSPECIFIED;
    Map<String, String> attributes = new HashMap<>();
    List<String> links = new ArrayList<>();
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case 1 -> traceId = fields.hex();
        case 2 -> spanId = fields.hex();
        case 4 -> parentId = fields.hex();
        case 5 -> name = fields.text();
        case 6 -> kind = Kind.of((int) fields.number());
        case 9 -> readAttribute(fields.message(), attributes);
        case 13 -> links.add(link(fields.message()));
        case 15 -> error = error(fields.message());
        default -> {}
      }
    }
    return new CollectedSpan(
        service, name, kind, traceId, spanId, parentId, attributes, links, error);
  }

  private static void readAttribute(ProtobufReader fields, Map<String, String> attributes) {
    String key = "";
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case 1 -> key = fields.text();
        case 2 -> attributes.put(key, value(fields.message()));
        default -> {}
      }
    }
  }

  private static String value(ProtobufReader fields) {
    return switch (fields.next()) {
      case 1 -> fields.text();
      case 2 -> Boolean.toString(fields.number() != 0);
      case 3 -> Long.toString(fields.number());
      case 4 -> Double.toString(fields.real());
      case 5 -> values(fields.message()).toString();
      default -> "";
    };
  }

  private static List<String> values(ProtobufReader fields) {
    List<String> values = new ArrayList<>();
    for (int field = fields.next(); field != 0; field = fields.next()) {
      if (field == 1) {
        values.add(value(fields.message()));
      }
    }
    return values;
  }

  private static String link(ProtobufReader fields) {
    String traceId = "";
    String spanId = "";
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case 1 -> traceId = fields.hex();
        case 2 -> spanId = fields.hex();
        default -> {}
      }
    }
    return traceId + "-" + spanId;
  }

  private static String error(ProtobufReader fields) {
    String message = "error";
    boolean failed = false;
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case 2 -> message = fields.text();
        case 3 -> failed = fields.number() == ERROR;
        default -> {}
      }
    }
    return failed ? message : "";
  }
}
