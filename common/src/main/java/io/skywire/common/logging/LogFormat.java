package io.skywire.common.logging;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;

/** What {@code SKYWIRE_LOG_FORMAT} names. */
public enum LogFormat {
  /** A line of text, a stack trace below it. */
  TEXT("text"),
  /**
   * A line of JSON in the Elastic Common Schema, a stack trace in one of its fields.
   *
   * @see <a href="https://www.elastic.co/docs/reference/ecs">ECS</a>
   */
  ECS("ecs");

  private static final String VARIABLE = "SKYWIRE_LOG_FORMAT";

  private final String label;

  LogFormat(String label) {
    this.label = label;
  }

  public static LogFormat from(Variables variables) {
    String name = variables.text(VARIABLE, TEXT.label);
    for (LogFormat format : values()) {
      if (format.label.equals(name)) {
        return format;
      }
    }
    throw new InvalidSettingException(VARIABLE, name, "text or ecs");
  }

  /**
   * For a JVM whose logging Spring Boot sets up: to be called before it does.
   *
   * @param process its name
   */
  public void useInSpringBoot(String process) {
    if (this == ECS) {
      System.setProperty("logging.structured.format.console", label);
      System.setProperty("logging.structured.ecs.service.name", "skywire-" + process);
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
