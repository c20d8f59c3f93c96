package io.skywire.api.tokens;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of the api. Everything new is made under the current one; while there is a previous
 * one, tokens that were made under it are still found.
 *
 * @param current {@code SECRET_KEY_BASE}
 * @param previous {@code SECRET_KEY_BASE_PREVIOUS}, null for none
 */
public record SecretKeys(String current, @Nullable String previous) {
  private static final String CURRENT = "SECRET_KEY_BASE";
  private static final String PREVIOUS = "SECRET_KEY_BASE_PREVIOUS";
  private static final int LENGTH_MIN = 32;
  private static final String EXPECTED = "a secret of at least " + LENGTH_MIN + " characters";

  /** With no previous one. */
  public static SecretKeys of(String current) {
    return new SecretKeys(current, null);
  }

  /**
   * @throws InvalidSettingException when one is missing or too short; the message does not repeat
   *     it
   */
  public static SecretKeys from(Variables variables) {
    String previous = variables.find(PREVIOUS);
    return new SecretKeys(
        longEnough(CURRENT, variables.required(CURRENT, EXPECTED)),
        previous == null ? null : longEnough(PREVIOUS, previous));
  }

  private static String longEnough(String name, String secret) {
    if (secret.length() < LENGTH_MIN) {
      throw new InvalidSettingException(
          name + " has " + secret.length() + " characters; expected " + EXPECTED);
    }
    return secret;
  }

  /** Shows neither, so that it can be logged. */
  @Override
  public String toString() {
    return previous == null ? "SecretKeys[current]" : "SecretKeys[current, previous]";
  }
}
