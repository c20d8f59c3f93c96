package io.skywire.embedded.collector;

import java.util.List;
import java.util.Map;

/**
 * A span as it came.
 *
 * @param service whose it is
 * @param parentId empty without a parent
 * @param attributes numbers in decimal, lists in brackets
 * @param links the spans that it is linked to, {@code trace-span}
 * @param error why its work has failed; empty when it has not, {@code error} when nothing is said
 */
public record CollectedSpan(
    String service,
    String name,
    Kind kind,
    String traceId,
    String spanId,
    String parentId,
    Map<String, String> attributes,
    List<String> links,
    String error) {

  public CollectedSpan {
    attributes = Map.copyOf(attributes);
    links = List.copyOf(links);
  }

  /** As the protocol numbers them. */
  public enum Kind {
    UNSPECIFIED,
    INTERNAL,
    SERVER,
    CLIENT,
    PRODUCER,
    CONSUMER;

    static Kind of(int number) {
      return switch (number) {
        case 1 -> INTERNAL;
        case 2 -> SERVER;
        case 3 -> CLIENT;
        case 4 -> PRODUCER;
        case 5 -> CONSUMER;
        default -> UNSPECIFIED;
      };
    }
  }

  /** Its name in other spans' links. */
  public String id() {
    return traceId + "-" + spanId;
  }

  /** The attribute; empty without it. */
  public String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
