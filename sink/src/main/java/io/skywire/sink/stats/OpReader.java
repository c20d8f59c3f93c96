package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.OpCount;
import io.skywire.common.topic.OpTally;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a commit's ops do: from its header, or, where an older ingester has written none, from its
 * JSON, read as a stream and no further than to the ops' end. One thread.
 */
final class OpReader {
  private static final JsonFactory JSON = new JsonFactory();

  /** Nearly all headers are one of a few hundred. */
  private static final int KNOWN_MAX = 2_000;

  private static final int KNOWN_CHARACTERS_MAX = 200;

  private final Map<String, List<OpCount>> known = new HashMap<>();

  /** None for what cannot be read. */
  List<OpCount> read(Headers headers, byte[] json) {
    String header = TopicRecord.text(headers, EventHeaders.OPS);
    List<OpCount> ops = header == null ? null : ofHeader(header);
    if (ops == null && json.length > 0) {
      OpTally tally = ofJson(json);
      ops = tally == null ? null : tally.counts();
    }
    return ops == null ? List.of() : ops;
  }

  private @Nullable List<OpCount> ofHeader(String header) {
    List<OpCount> ops = known.get(header);
    if (ops == null) {
      ops = OpCount.ofHeader(header);
      if (ops != null && header.length() <= KNOWN_CHARACTERS_MAX) {
        if (known.size() >= KNOWN_MAX) {
          known.clear();
        }
        known.put(header, ops);
      }
    }
    return ops;
  }

  /** Of a commit's JSON; null when it is none. */
  static @Nullable OpTally ofJson(byte[] json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (enters(parser, "record") && enters(parser, "ops")) {
        return ops(parser);
      }
      return null;
    } catch (JacksonException | IllegalArgumentException noEvent) {
      return null;
    }
  }

  /** Goes on into the value of a member of the object that is next. */
  private static boolean enters(JsonParser parser, String name) {
    if (parser.currentToken() == null) {
      parser.nextToken();
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean found = parser.currentName().equals(name);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  private static @Nullable OpTally ops(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return null;
    }
    OpTally tally = new OpTally();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      String action = "";
      String collection = null;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          switch (name) {
            case "action" -> action = parser.getString();
            case "collection" -> collection = parser.getString();
            default -> {}
          }
        } else {
          parser.skipChildren();
        }
      }
      tally.add(action, collection, 1);
    }
    return tally;
  }
}
