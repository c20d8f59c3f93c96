package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code docs/topic/asyncapi.yaml} as a subscriber's tools read it: every reference in it, and in
 * the schemas that it names, is followed. Immutable.
 */
final class AsyncApiPage {
  private static final Path FILE = Path.of("..", "docs", "topic", "asyncapi.yaml");
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

  private final JsonNode written;
  private final Map<String, Pattern> addresses = new TreeMap<>();
  private final Map<String, List<TopicMessage>> channels = new TreeMap<>();

  private AsyncApiPage(JsonNode written, JsonNode whole) {
    this.written = written;
    String contentType = whole.path("defaultContentType").asString();
    for (Map.Entry<String, JsonNode> channel : whole.path("channels").properties()) {
      String name = channel.getKey();
      addresses.put(name, address(channel.getValue().path("address").asString()));
      List<TopicMessage> messages = new ArrayList<>();
      for (Map.Entry<String, JsonNode> message : channel.getValue().path("messages").properties()) {
        messages.add(TopicMessage.of(message.getKey(), message.getValue(), contentType));
      }
      channels.put(name, messages);
    }
  }

  static AsyncApiPage read() throws IOException {
    JsonNode written = parse(FILE);
    return new AsyncApiPage(written, resolve(written, FILE, written));
  }

  /** As it stands in the file. */
  JsonNode written() {
    return written;
  }

  /** By the channel's name. */
  Map<String, List<TopicMessage>> channels() {
    return channels;
  }

  /** The name of the topic's channel: one that is called so, or else one whose name is free. */
  String channelOf(String topic) {
    List<String> names =
        addresses.entrySet().stream()
            .filter(address -> address.getValue().matcher(topic).matches())
            .map(Map.Entry::getKey)
            .toList();
    assertThat(names).as("channels of the topic " + topic).hasSize(1);
    return names.getFirst();
  }

  /** Skywire's own names are no parameter's value. */
  private static Pattern address(String address) {
    return PARAMETER.matcher(address).matches()
        ? Pattern.compile("(?!skywire).+")
        : Pattern.compile(Pattern.quote(address));
  }

  /** What a reference leads to stands in its place, with what stood beside it. */
  private static JsonNode resolve(JsonNode node, Path file, JsonNode root) throws IOException {
    if (node instanceof ArrayNode array) {
      ArrayNode resolved = array.arrayNode();
      for (JsonNode element : array) {
        resolved.add(resolve(element, file, root));
      }
      return resolved;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode resolved = object.objectNode();
    if (object.has("$ref")) {
      String[] reference = object.get("$ref").asString().split("#", -1);
      Path to = reference[0].isEmpty() ? file : file.resolveSibling(reference[0]).normalize();
      JsonNode toRoot = reference[0].isEmpty() ? root : parse(to);
      JsonNode found = toRoot.at(reference.length > 1 ? reference[1] : "");
      assertThat(found.isObject()).as(object.toString()).isTrue();
      resolved = (ObjectNode) resolve(found, to, toRoot);
    }
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      if (!property.getKey().equals("$ref")) {
        resolved.set(property.getKey(), resolve(property.getValue(), file, root));
      }
    }
    return resolved;
  }

  /** JSON is YAML too. */
  private static JsonNode parse(Path file) throws IOException {
    return YAMLMapper.shared().readTree(Files.readString(file));
  }
}
