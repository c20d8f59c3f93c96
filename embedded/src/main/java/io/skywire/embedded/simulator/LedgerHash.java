package io.skywire.embedded.simulator;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * Hashes an event so that equal events have equal hashes, whatever the order of their keys: SHA-256
 * of its JSON with sorted keys and no white space, in hex. Pure.
 */
public final class LedgerHash {
  private static final JsonFactory JSON = new JsonFactory();

  private LedgerHash() {}

  /** The hash of an event without its {@code indexed_at}, which only the ingester knows. */
  public static String of(JsonNode event) {
    StringWriter text = new StringWriter(1_024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(event, true, json);
    }
    return HexFormat.of().formatHex(Cid.sha256(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** The hash of a frame's bytes. */
  public static String ofFrame(byte[] frame) {
    return HexFormat.of().formatHex(Cid.sha256(frame));
  }

  private static void write(JsonNode value, boolean top, JsonGenerator json) {
    switch (value.getNodeType()) {
      case OBJECT -> {
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(value.properties());
        entries.sort(Map.Entry.comparingByKey());
        json.writeStartObject();
        for (Map.Entry<String, JsonNode> entry : entries) {
          if (!top || !entry.getKey().equals("indexed_at")) {
            json.writeName(entry.getKey());
            write(entry.getValue(), false, json);
          }
        }
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        value.forEach(element -> write(element, false, json));
        json.writeEndArray();
      }
      case STRING -> json.writeString(value.stringValue());
      case NUMBER -> json.writeNumber(value.numberValue().toString());
      case BOOLEAN -> json.writeBoolean(value.booleanValue());
      case NULL -> json.writeNull();
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("no JSON: " + value.getNodeType());
    }
  }
}
