package io.skywire.standalone.pipeline;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What Skywire logs, from its construction to its end, as an operator would see it. */
final class LoggedLines implements AutoCloseable {
  private static final int KEPT = 1_000;

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.skywire");
  private final List<ILoggingEvent> lines = new ArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
          synchronized (lines) {
            if (lines.size() < KEPT) {
              lines.add(line);
            }
          }
        }
      };

  LoggedLines() {
    logger.setLevel(Level.INFO);
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  List<String> lines() {
    synchronized (lines) {
      return lines.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
  }

  boolean hasStackTrace() {
    synchronized (lines) {
      return lines.stream().anyMatch(line -> line.getThrowableProxy() != null);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
    logger.setLevel(null);
  }
}
