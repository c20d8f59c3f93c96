package io.skywire.sink.write;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Whether bytes are one JSON value in UTF-8, as PostgreSQL looks at a column of type {@code json}:
 * what is stored otherwise must be as good, since the api puts it into its answers as it is.
 */
final class JsonCheck {
  /** PostgreSQL goes as deep at most, by its stack. */
  private static final int DEPTH_MAX = 5_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              // A record has no more bytes than an array can.
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonCheck() {}

  /** What is wrong, in words without the bytes; null when nothing is. */
  static @Nullable String flaw(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() == null) {
        return "it is empty";
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        return "it goes on after its end";
      }
      return isUtf8(bytes) ? null : "it is not UTF-8";
    } catch (JacksonException malformed) {
      return malformed.getOriginalMessage();
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
