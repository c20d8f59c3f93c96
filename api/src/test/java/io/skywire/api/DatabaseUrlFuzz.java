package io.skywire.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.DatabaseUrl.Host;
import io.skywire.common.settings.InvalidSettingException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Any text as {@code DATABASE_URL}: a URL that survives being written and read again and hides its
 * password, or a refusal that shows nothing of the text.
 */
public final class DatabaseUrlFuzz {
  /** Whole sentences of our own, in which nothing of the text has a place. */
  private static final String REFUSAL =
      "DATABASE_URL is wrong \\(and not shown, for its password\\);"
          + " expected postgresql://user:password@host:port/database: (percent-encode special"
          + " characters, in the password too|the scheme is postgresql|it has no valid host and"
          + " port|it names no database|it names no user|percent-encoding is broken)";

  private DatabaseUrlFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    isTaken(bytes);
  }

  static boolean isTaken(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      DatabaseUrl url = DatabaseUrl.parse(text);
      assertThat(DatabaseUrl.parse(url.toUrl())).isEqualTo(url);
      assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://");
      String hosts = url.hosts().stream().map(Host::toString).collect(Collectors.joining(","));
      assertThat(url)
          .hasToString("postgresql://%s@%s/%s".formatted(url.user(), hosts, url.database()));
      return true;
    } catch (InvalidSettingException refused) {
      assertThat(refused).hasMessageMatching(REFUSAL);
      return false;
    }
  }
}
