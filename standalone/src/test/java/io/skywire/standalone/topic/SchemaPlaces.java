package io.skywire.standalone.topic;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What schemas name, fields and values of lists, and what of it records have met: what none of them
 * meets is a promise that nobody has seen kept. One thread.
 */
final class SchemaPlaces {
  private final Set<String> all = new TreeSet<>();
  private final Set<String> met = new TreeSet<>();

  void declare(String root, JsonNode schema) {
    walk(root, schema, null, all);
  }

  /**
   * @param value valid by the schema
   */
  void meet(String root, JsonNode schema, JsonNode value) {
    walk(root, schema, value, met);
  }

  Set<String> unmet() {
    Set<String> unmet = new TreeSet<>(all);
    unmet.removeAll(met);
    return unmet;
  }

  /**
   * @param value null for everything that there may be
   */
  private static void walk(
      String path, JsonNode schema, @Nullable JsonNode value, Set<String> places) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      if (value == null || value.has(name)) {
        places.add(path + "/" + name);
        JsonNode inner = value == null ? null : value.get(name);
        walk(path + "/" + name, property.getValue(), inner, places);
      }
    }
    for (JsonNode listed : schema.path("enum")) {
      if (value == null || listed.equals(value)) {
        places.add(path + " = " + listed);
      }
    }
    JsonNode items = schema.path("items");
    if (value == null && items.isObject()) {
      walk(path + "[]", items, null, places);
    } else if (value != null && value.isArray()) {
      value.forEach(element -> walk(path + "[]", items, element, places));
    }
    schema.path("anyOf").forEach(branch -> walk(path, branch, value, places));
  }
}
