package io.skywire.common.logging;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.Map;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Logback's encoder for both formats, so that a configuration has one appender. JSON is written by
 * Spring Boot's own encoder, which wants an environment of Spring's to read its settings from; none
 * is there before a process has started, so it gets one that knows what it needs.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
  private String format = LogFormat.TEXT.toString();
  private String pattern = "";
  private String service = "skywire";
  private Encoder<ILoggingEvent> encoder = new PatternLayoutEncoder();

  public void setFormat(String format) {
    this.format = format;
  }

  /** Of a line of text. */
  public void setPattern(String pattern) {
    this.pattern = pattern;
  }

  /** The name that JSON has in {@code service.name}. */
  public void setService(String service) {
    this.service = service;
  }

  @Override
  public void start() {
    encoder = format.equals(LogFormat.ECS.toString()) ? json() : text();
    encoder.setContext(getContext());
    encoder.start();
    super.start();
  }

  @Override
  public void stop() {
    encoder.stop();
    super.stop();
  }

  @Override
  public byte[] headerBytes() {
    return encoder.headerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return encoder.encode(event);
  }

  @Override
  public byte[] footerBytes() {
    return encoder.footerBytes();
  }

  private Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(pattern);
    return text;
  }

  private Encoder<ILoggingEvent> json() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "log",
                Map.of(
                    "logging.structured.ecs.service.name",
                    service,
                    "spring.application.pid",
                    ProcessHandle.current().pid())));
    getContext().putObject(Environment.class.getName(), environment);
    StructuredLogEncoder json = new StructuredLogEncoder();
    json.setFormat(LogFormat.ECS.toString());
    return json;
  }
}
