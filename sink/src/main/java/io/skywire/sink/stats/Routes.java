package io.skywire.sink.stats;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which events are sent on to which topics: {@code
 * SKYWIRE_ROUTES=app.bsky.feed.*=team-feed,app.bsky.graph.follow=team-graph}. Several routes may
 * lead to one topic, which gets an event once. Immutable.
 */
public final class Routes {
  static final Routes NONE = new Routes(List.of());

  private static final String NAME = "SKYWIRE_ROUTES";
  private static final int ROUTES_MAX = 50;
  private static final String WILDCARD = "*";

  private static final Pattern NSID = Pattern.compile("[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+){2,}");
  private static final Pattern NSID_START = Pattern.compile("([a-zA-Z0-9-]+\\.)+");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

  private final List<Route> routes;

  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /**
   * @throws InvalidSettingException that names the route that does not fit
   */
  public static Routes from(Variables variables) {
    String value = variables.find(NAME);
    if (value == null) {
      return NONE;
    }
    List<Route> routes = new ArrayList<>();
    for (String route : value.split(",", -1)) {
      routes.add(route(route.strip()));
      if (routes.size() > ROUTES_MAX) {
        throw new InvalidSettingException(
            NAME + " has more than " + ROUTES_MAX + " routes; expected as many at most");
      }
    }
    return new Routes(routes);
  }

  private static Route route(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw wrong(text, "collection=topic[,collection=topic…], such as app.bsky.feed.*=team-feed");
    }
    String collection = text.substring(0, equals).strip();
    String topic = text.substring(equals + 1).strip();
    if (collection.endsWith(WILDCARD)) {
      collection = collection.substring(0, collection.length() - 1);
      if (!NSID_START.matcher(collection).matches()) {
        throw wrong(text, "a * for the last segments of a name only, as in app.bsky.feed.*");
      }
    } else if (!NSID.matcher(collection).matches()) {
      throw wrong(text, "a collection before the =, such as app.bsky.feed.post or app.bsky.feed.*");
    }
    if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      throw wrong(text, "a topic after the =: 1 to 200 of a-z, A-Z, 0-9, dot, _ and -");
    }
    String lowerCase = topic.toLowerCase(Locale.ROOT);
    if (lowerCase.startsWith("skywire") || lowerCase.startsWith("__")) {
      throw wrong(
          text,
          "a topic that is not Skywire's or Kafka's own: none that begins with skywire or __");
    }
    return new Route(collection, topic);
  }

  private static InvalidSettingException wrong(String route, String expected) {
    return new InvalidSettingException(NAME + " has '" + route + "'; expected " + expected);
  }

  public boolean isEmpty() {
    return routes.isEmpty();
  }

  /** Each once. */
  public Set<String> topics() {
    Set<String> topics = new LinkedHashSet<>();
    routes.forEach(route -> topics.add(route.topic()));
    return topics;
  }

  /**
   * Where an event goes, each topic once.
   *
   * @param collections of its ops, comma separated
   */
  List<String> topicsOf(String collections) {
    Set<String> topics = new LinkedHashSet<>();
    for (String collection : collections.split(",", -1)) {
      for (Route route : routes) {
        if (route.matches(collection)) {
          topics.add(route.topic());
        }
      }
    }
    return List.copyOf(topics);
  }

  @Override
  public String toString() {
    return routes.toString();
  }
}
