package io.skywire.common.settings;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that a process is configured by. Every read names the variable, its
 * default and its bounds, so that the settings record of a process is also the table of its
 * settings; a value that does not fit is an {@link InvalidSettingException} of one line. An empty
 * variable counts as absent, as in a shell.
 */
public final class Variables {
  private final Map<String, String> values;

  public Variables(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  public static Variables ofEnvironment() {
    return new Variables(System.getenv());
  }

  /** All variables, for what passes a whole family of them on ({@code SPRING_KAFKA_*}). */
  public Map<String, String> all() {
    return values;
  }

  public @Nullable String find(String name) {
    String value = values.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  public String text(String name, String defaultValue) {
    String value = find(name);
    return value == null ? defaultValue : value;
  }

  /** A variable without a default. */
  public String required(String name, String expected) {
    String value = find(name);
    if (value == null) {
      throw new InvalidSettingException(name + " is not set; expected " + expected);
    }
    return value;
  }

  public int count(String name, int defaultValue, int min, int max) {
    return (int) number(name, defaultValue, min, max);
  }

  public long number(String name, long defaultValue, long min, long max) {
    String value = find(name);
    if (value == null) {
      return defaultValue;
    }
    String expected = "a whole number from " + min + " to " + max;
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw new InvalidSettingException(name, value, expected, notANumber);
    }
    throw new InvalidSettingException(name, value, expected);
  }

  /** A duration in whole milliseconds, as the variable's name says ({@code …_MS}). */
  public Duration millis(String name, long defaultValue, long min, long max) {
    return Duration.ofMillis(number(name, defaultValue, min, max));
  }

  public boolean flag(String name, boolean defaultValue) {
    String value = find(name);
    if (value == null) {
      return defaultValue;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidSettingException(name, value, "true or false");
    };
  }

  /** An address to listen on. */
  public InetAddress address(String name, String defaultValue) {
    String value = text(name, defaultValue);
    try {
      return InetAddress.getByName(value);
    } catch (UnknownHostException unknown) {
      throw new InvalidSettingException(
          name, value, "an address of this machine, or 0.0.0.0 for all of them", unknown);
    }
  }

  public URI uri(String name, String defaultValue, Set<String> schemes, String expected) {
    String value = text(name, defaultValue);
    try {
      URI uri = new URI(value);
      if (uri.getScheme() != null && schemes.contains(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException unreadable) {
      throw new InvalidSettingException(name, value, expected, unreadable);
    }
    throw new InvalidSettingException(name, value, expected);
  }
}
