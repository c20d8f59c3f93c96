package io.skywire.api.answers;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a client may do with an answer that it has.
 *
 * @param control the header {@code Cache-Control}
 * @param tag the header {@code ETag}; null without one
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111</a>
 */
public record Keeping(String control, @Nullable String tag) {
  /** Not keep it. */
  public static final Keeping NONE = new Keeping("no-store", null);

  /** Use it for a minute: it changes by retention and replays only. */
  public static Keeping minute(String tag) {
    return new Keeping("private, max-age=60", tag);
  }

  /** Ask whether it is still so. */
  public static Keeping untilAsked(String tag) {
    return new Keeping("private, no-cache", tag);
  }

  /** The same for the same bytes; weak, since they may be sent compressed. */
  public static String tag(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return "W/\"%d-%x\"".formatted(bytes.length, sum.getValue());
  }
}
