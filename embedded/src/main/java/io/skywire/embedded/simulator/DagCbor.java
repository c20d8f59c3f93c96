package io.skywire.embedded.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Encodes the AT Protocol's JSON data model as canonical DAG-CBOR: keys sorted by length, then
 * bytewise; {@code {"$link": cid}} as a link and {@code {"$bytes": base64}} as a byte string, any
 * other use of such keys as the plain map that it is. Pure.
 *
 * @see <a href="https://atproto.com/specs/data-model">Data model</a>
 */
final class DagCbor {
  private static final Comparator<Map.Entry<String, JsonNode>> CANONICAL =
      (one, other) -> compareKeys(one.getKey(), other.getKey());

  private DagCbor() {}

  static byte[] encode(JsonNode value) {
    DagCborWriter writer = new DagCborWriter();
    write(value, writer);
    return writer.toBytes();
  }

  private static void write(JsonNode value, DagCborWriter writer) {
    switch (value.getNodeType()) {
      case OBJECT -> writeObject(value, writer);
      case ARRAY -> {
        writer.list(value.size());
        value.forEach(element -> write(element, writer));
        writer.endList();
      }
      case STRING -> writer.text(value.stringValue());
      case NUMBER -> writer.integer(integer(value));
      case BOOLEAN -> writer.bool(value.booleanValue());
      case NULL -> writer.nothing();
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("not in the data model: " + value.getNodeType());
    }
  }

  private static void writeObject(JsonNode map, DagCborWriter writer) {
    if (map.size() == 1) {
      if (map.path("$link").isString() && Cid.isCid(map.path("$link").stringValue())) {
        writer.link(Cid.parse(map.path("$link").stringValue()));
        return;
      }
      if (map.path("$bytes").isString()) {
        writer.bytes(Base64.getDecoder().decode(map.path("$bytes").stringValue()));
        return;
      }
    }
    List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(map.properties());
    entries.sort(CANONICAL);
    writer.map(entries.size());
    for (Map.Entry<String, JsonNode> entry : entries) {
      writer.key(entry.getKey());
      write(entry.getValue(), writer);
    }
    writer.endMap();
  }

  private static long integer(JsonNode number) {
    if (!number.isIntegralNumber()) {
      throw new IllegalArgumentException("a float is not in the data model: " + number);
    }
    return number.longValue();
  }

  private static int compareKeys(String one, String other) {
    byte[] a = one.getBytes(StandardCharsets.UTF_8);
    byte[] b = other.getBytes(StandardCharsets.UTF_8);
    return a.length != b.length ? a.length - b.length : Arrays.compareUnsigned(a, b);
  }
}
