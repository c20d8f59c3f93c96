package io.skywire.standalone.command;

import io.skywire.common.logging.LogFormat;
import io.skywire.common.settings.Variables;
import java.nio.file.Path;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where a command's logs go. To be called before anything has asked for a logger, once.
 * Configurations are resources of this module.
 */
final class Logs {
  private Logs() {}

  /** To a file as text, with a bound; the console stays for people. */
  static void toFile(Path file) {
    System.setProperty("skywire.log", file.toString());
    write("skywire", LogFormat.TEXT);
    configure("logback-file.xml");
  }

  /**
   * To the standard output, everything: a process in the foreground.
   *
   * @param process its name
   * @throws io.skywire.common.settings.InvalidSettingException when there is no such format
   */
  static void toOutput(String process) {
    write("skywire-" + process, LogFormat.from(Variables.ofEnvironment()));
    configure("logback-output.xml");
  }

  /** To the error output, errors alone: a command that says itself what is wrong. */
  static void quiet() {
    configure("logback-quiet.xml");
  }

  private static void write(String service, LogFormat format) {
    System.setProperty("skywire.log.service", service);
    System.setProperty("skywire.log.format", format.toString());
  }

  private static void configure(String resource) {
    System.setProperty("logback.configurationFile", resource);
    // Of what is logged while logging starts, and is logged all the same, it would tell as text.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
