package io.skywire.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import java.nio.charset.StandardCharsets;

/**
 * Any text as {@code DATABASE_URL}: a URL that survives being written and read again and hides its
 * password, or a refusal that shows nothing of the text.
 */
public final class DatabaseUrlFuzz {
  private static final String EXPECTED = "postgresql://user:password@host:port/database";
  private static final int SECRET_CHARACTERS_MIN = 8;

  private DatabaseUrlFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      DatabaseUrl url = DatabaseUrl.parse(text);
      assertThat(DatabaseUrl.parse(url.toUrl())).isEqualTo(url);
      assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://");
      assertThat(url.toString())
          .isEqualTo(
              "postgresql://%s@%s:%d/%s"
                  .formatted(url.user(), url.host(), url.port(), url.database()));
    } catch (InvalidSettingException refused) {
      String message = String.valueOf(refused.getMessage());
      assertThat(message).startsWith("DATABASE_URL is wrong").contains(EXPECTED);
      if (text.length() >= SECRET_CHARACTERS_MIN && !EXPECTED.contains(text)) {
        assertThat(message).doesNotContain(text);
      }
    }
  }
}
