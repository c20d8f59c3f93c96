package io.skywire.common.settings;

import org.jspecify.annotations.Nullable;

/**
 * A setting that a process cannot start with. The message is one line for the operator: it names
 * the variable, its value and what would be right; the value of a secret never stands in it.
 */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidSettingException(String message) {
    super(message);
  }

  public InvalidSettingException(String name, String value, String expected) {
    super(describe(name, value, expected));
  }

  public InvalidSettingException(
      String name, String value, String expected, @Nullable Throwable cause) {
    super(describe(name, value, expected), cause);
  }

  private static String describe(String name, String value, String expected) {
    return name + " is '" + value + "'; expected " + expected;
  }
}
