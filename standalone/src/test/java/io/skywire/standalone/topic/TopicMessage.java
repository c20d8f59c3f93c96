package io.skywire.standalone.topic;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of one channel: what its key, headers and value are to be. Subscribers must take what
 * they do not know; here it is refused, so that nothing is left untold. Immutable.
 */
final class TopicMessage {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final SchemaRegistry DRAFT_7 =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
  private static final SchemaRegistry DRAFT_2020_12 =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final String name;
  private final boolean isJson;
  private final Part key;
  private final Part headers;
  private final Part value;

  /** A schema, and what checks it. */
  private record Part(JsonNode schema, Schema check) {
    static Part of(JsonNode schema) {
      SchemaRegistry draft = schema.has("$schema") ? DRAFT_2020_12 : DRAFT_7;
      return new Part(schema, draft.getSchema(close(schema.deepCopy())));
    }

    /**
     * That of the whole message is told by the message's name, one that several share by itself.
     */
    String title(String otherwise) {
      return schema.path("title").asString(otherwise);
    }
  }

  private TopicMessage(String name, boolean isJson, Part key, Part headers, Part value) {
    this.name = name;
    this.isJson = isJson;
    this.key = key;
    this.headers = headers;
    this.value = value;
  }

  /**
   * @param message with its references followed
   * @param defaultContentType of messages that name none
   */
  static TopicMessage of(String name, JsonNode message, String defaultContentType) {
    JsonNode headers = part(message, "/headers");
    return new TopicMessage(
        name,
        part(message, "/contentType").asString(defaultContentType).equals("application/json"),
        Part.of(part(message, "/bindings/kafka/key")),
        Part.of(headers.isMissingNode() ? none() : headers),
        Part.of(part(message, "/payload")));
  }

  String name() {
    return name;
  }

  /** What the record has that one of these has not, or lacks; empty for one of these. */
  List<String> faults(ConsumerRecord<byte[], byte[]> record) {
    List<String> faults = new ArrayList<>();
    key.check.validate(key(record)).forEach(error -> faults.add("key: " + error));
    headers.check.validate(headers(record)).forEach(error -> faults.add("headers: " + error));
    JsonNode read = value(record);
    if (read == null) {
      faults.add("value: no JSON");
    } else {
      value.check.validate(read).forEach(error -> faults.add("value: " + error));
    }
    return faults;
  }

  /** All that the message's schemas name. */
  void declareIn(SchemaPlaces places) {
    places.declare(headers.title(name + " headers"), headers.schema);
    places.declare(value.title(name + " value"), value.schema);
  }

  /** What one of these meets of it. */
  void meetIn(SchemaPlaces places, ConsumerRecord<byte[], byte[]> record) {
    places.meet(headers.title(name + " headers"), headers.schema, headers(record));
    JsonNode read = value(record);
    if (read != null) {
      places.meet(value.title(name + " value"), value.schema, read);
    }
  }

  /** What the message says itself, or a trait of it. */
  private static JsonNode part(JsonNode message, String pointer) {
    JsonNode part = message.at(pointer);
    for (JsonNode trait : message.path("traits")) {
      part = part.isMissingNode() ? trait.at(pointer) : part;
    }
    return part.has("schemaFormat") ? part.get("schema") : part;
  }

  private static ObjectNode none() {
    ObjectNode none = NODES.objectNode().put("type", "object");
    none.putObject("properties");
    return none;
  }

  private JsonNode key(ConsumerRecord<byte[], byte[]> record) {
    boolean isBinary = key.schema.path("format").asString("").equals("binary");
    return text(record.key(), isBinary ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static JsonNode headers(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode headers = NODES.objectNode();
    for (Header header : record.headers()) {
      headers.set(header.key(), text(header.value(), StandardCharsets.UTF_8));
    }
    return headers;
  }

  /** Null for what is to be JSON, and is none. */
  private @Nullable JsonNode value(ConsumerRecord<byte[], byte[]> record) {
    byte[] bytes = record.value();
    if (!isJson || bytes == null) {
      return text(bytes, StandardCharsets.ISO_8859_1);
    }
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException foreign) {
      return null;
    }
  }

  private static JsonNode text(byte @Nullable [] bytes, Charset charset) {
    return bytes == null ? NODES.nullNode() : NODES.stringNode(new String(bytes, charset));
  }

  /** Of every object whose fields are named, the others are refused, unless it says otherwise. */
  private static JsonNode close(JsonNode schema) {
    schema.forEach(TopicMessage::close);
    if (schema instanceof ObjectNode object
        && "object".equals(object.path("type").asString(""))
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    return schema;
  }
}
