package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretKeysTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  @Test
  void thePreviousSecretMayBeLeftOut() {
    assertThat(from(Map.of("SECRET_KEY_BASE", SECRET))).isEqualTo(SecretKeys.of(SECRET));
    assertThat(from(Map.of("SECRET_KEY_BASE", SECRET, "SECRET_KEY_BASE_PREVIOUS", "")))
        .isEqualTo(SecretKeys.of(SECRET));
    assertThat(from(Map.of("SECRET_KEY_BASE", SECRET, "SECRET_KEY_BASE_PREVIOUS", OTHER)))
        .isEqualTo(new SecretKeys(SECRET, OTHER));
  }

  @Test
  void aSecretThatIsMissingOrTooShortIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> from(Map.of("SECRET_KEY_BASE_PREVIOUS", OTHER)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("SECRET_KEY_BASE is not set; expected a secret of at least 32 characters");
    assertThatThrownBy(
            () -> from(Map.of("SECRET_KEY_BASE", SECRET, "SECRET_KEY_BASE_PREVIOUS", "hush")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "SECRET_KEY_BASE_PREVIOUS has 4 characters; expected a secret of at least 32"
                + " characters");
  }

  @Test
  void noneIsEverWritten() {
    assertThat(new SecretKeys(SECRET, OTHER).toString()).doesNotContain(SECRET, OTHER);
  }

  private static SecretKeys from(Map<String, String> variables) {
    return SecretKeys.from(new Variables(variables));
  }
}
