package io.skywire.ingester.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.skywire.ingester.atproto.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What subscribers are given: the schemas, and the page that puts them together. Subscribers must
 * take what they do not know; the validators here refuse it, unless they are of the schemas as
 * published, so that nothing is left untold.
 */
final class TopicDocuments {
  static final Path FOLDER = Path.of("..", "docs", "topic");
  static final JsonNode ASYNC_API =
      YAMLMapper.shared().readTree(read(FOLDER.resolve("asyncapi.yaml")));

  private static final String AT = "topic:/schemas/";

  private static final SchemaRegistry CLOSED = registry(true);
  private static final SchemaRegistry PUBLISHED = registry(false);
  private static final SchemaRegistry INLINE =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

  private TopicDocuments() {}

  /** Of a file: {@code event}, {@code gap}, … */
  static Schema schema(String name) {
    return CLOSED.getSchema(location(name));
  }

  static Schema published(String name) {
    return PUBLISHED.getSchema(location(name));
  }

  /** Of the page's own: {@code eventHeaders}, … */
  static Schema inline(String name) {
    return INLINE.getSchema(close(ASYNC_API.at("/components/schemas/" + name).deepCopy()));
  }

  static void requireValid(Schema schema, JsonNode value) {
    assertThat(schema.validate(value)).as(value::toString).isEmpty();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static SchemaLocation location(String name) {
    return SchemaLocation.of(AT + name + ".schema.json");
  }

  private static SchemaRegistry registry(boolean closed) {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        registry ->
            registry.schemas(location ->
                location.startsWith(AT)
                    ? schemaFile(location.substring(AT.length()), closed)
                    : null));
  }

  private static String schemaFile(String file, boolean closed) {
    String schema = read(FOLDER.resolve("schemas").resolve(file));
    return closed ? close(Corpus.JSON.readTree(schema)).toString() : schema;
  }

  /** Refuses the fields that it does not name, of every object whose fields it names. */
  private static JsonNode close(JsonNode schema) {
    schema.forEach(TopicDocuments::close);
    if (schema instanceof ObjectNode object
        && "object".equals(object.path("type").asString(""))
        && object.path("properties").isObject()) {
      object.put("additionalProperties", false);
    }
    return schema;
  }
}
