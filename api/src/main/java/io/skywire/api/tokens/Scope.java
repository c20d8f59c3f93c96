package io.skywire.api.tokens;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A token's scope as the table has it: {@code {"collections": ["app.bsky.feed.*"]}}, likewise
 * {@code event_types} and {@code repos}; what is not there is not limited.
 */
final class Scope {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TYPES = "event_types";
  private static final String COLLECTIONS = "collections";
  private static final String REPOS = "repos";

  private static final Set<String> MEMBERS = Set.of(TYPES, COLLECTIONS, REPOS);

  private Scope() {}

  /** What cannot be understood lets nobody see anything: a limit was meant. */
  static EventFilter read(String json) {
    JsonNode scope = JSON.readTree(json);
    if (!scope.isObject() || !MEMBERS.containsAll(scope.propertyNames())) {
      return EventFilter.NOTHING;
    }
    try {
      return new EventFilter(
          choice(scope.get(TYPES)), choice(scope.get(COLLECTIONS)), choice(scope.get(REPOS)));
    } catch (IllegalArgumentException noChoice) {
      return EventFilter.NOTHING;
    }
  }

  static String write(EventFilter scope) {
    Map<String, List<String>> members = new LinkedHashMap<>();
    put(members, TYPES, scope.types());
    put(members, COLLECTIONS, scope.collections());
    put(members, REPOS, scope.repos());
    return JSON.writeValueAsString(members);
  }

  private static @Nullable Choice choice(@Nullable JsonNode patterns) {
    return patterns == null
        ? null
        : Choice.ofPatterns(
            StreamSupport.stream(patterns.spliterator(), false).map(JsonNode::asString).toList());
  }

  private static void put(Map<String, List<String>> members, String name, @Nullable Choice choice) {
    if (choice != null) {
      members.put(name, choice.patterns());
    }
  }
}
