package io.skywire.standalone.pipeline;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What this JVM logs at the level of warnings or above, while it is open, but for Kafka, whose
 * broker is in this JVM too. Any thread.
 */
final class LogLines implements AutoCloseable {
  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final List<String> lines = new ArrayList<>();
  private final List<String> withStackTrace = new ArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          add(event);
        }
      };

  LogLines() {
    appender.setContext(ROOT.getLoggerContext());
    appender.start();
    ROOT.addAppender(appender);
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized List<String> withStackTrace() {
    return List.copyOf(withStackTrace);
  }

  @Override
  public void close() {
    ROOT.detachAppender(appender);
    appender.stop();
  }

  private synchronized void add(ILoggingEvent event) {
    boolean kafkas =
        event.getLoggerName().startsWith("kafka.")
            || event.getLoggerName().startsWith("org.apache.kafka.");
    if (event.getLevel().isGreaterOrEqual(Level.WARN) && !kafkas) {
      String line = event.getLoggerName() + " " + event.getFormattedMessage();
      lines.add(line);
      if (event.getThrowableProxy() != null) {
        withStackTrace.add(line);
      }
    }
  }
}
