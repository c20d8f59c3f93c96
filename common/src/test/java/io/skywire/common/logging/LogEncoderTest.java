package io.skywire.common.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogEncoderTest {
  private static final String PATTERN = "%-5level %logger{1} - %msg%n%ex";

  private final LoggerContext context = new LoggerContext();

  @Test
  void ecsIsOneLineOfJsonWithTheStackTraceInOneField() {
    String line =
        encode(LogFormat.ECS, "a \"quoted\"\nmessage", new IllegalStateException("broken"));
    assertThat(line).endsWith("\n").hasLineCount(1);
    JsonNode json = new JsonMapper().readTree(line);
    assertThat(json.at("/message").asString()).isEqualTo("a \"quoted\"\nmessage");
    assertThat(json.at("/log/level").asString()).isEqualTo("WARN");
    assertThat(json.at("/log/logger").asString()).isEqualTo("io.skywire.Example");
    assertThat(json.at("/process/thread/name").asString())
        .isEqualTo(Thread.currentThread().getName());
    assertThat(json.at("/process/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(json.at("/service/name").asString()).isEqualTo("skywire-test");
    assertThat(json.at("/error/type").asString()).isEqualTo("java.lang.IllegalStateException");
    assertThat(json.at("/error/message").asString()).isEqualTo("broken");
    assertThat(json.at("/error/stack_trace").asString())
        .contains("\tat io.skywire.common.logging.LogEncoderTest");
    assertThat(json.at("/@timestamp").asString()).isNotEmpty();
    assertThat(json.at("/ecs/version").asString()).isNotEmpty();
  }

  @Test
  void textIsAsItsPattern() {
    assertThat(encode(LogFormat.TEXT, "a message", null))
        .isEqualTo("WARN  i.s.Example - a message\n");
  }

  @Test
  void namesAndDefaultAreTheDocumentedOnes() {
    assertThat(LogFormat.from(new Variables(Map.of()))).isEqualTo(LogFormat.TEXT);
    assertThat(LogFormat.from(new Variables(Map.of("SKYWIRE_LOG_FORMAT", "ecs"))))
        .isEqualTo(LogFormat.ECS);
    assertThat(LogFormat.from(new Variables(Map.of("SKYWIRE_LOG_FORMAT", "text"))))
        .isEqualTo(LogFormat.TEXT);
    assertThatThrownBy(() -> LogFormat.from(new Variables(Map.of("SKYWIRE_LOG_FORMAT", "json"))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("SKYWIRE_LOG_FORMAT is 'json'; expected text or ecs");
  }

  private String encode(LogFormat format, String message, @Nullable Exception failure) {
    context.setMDCAdapter(new LogbackMDCAdapter());
    LogEncoder encoder = new LogEncoder();
    encoder.setContext(context);
    encoder.setFormat(format.toString());
    encoder.setPattern(PATTERN);
    encoder.setService("skywire-test");
    encoder.start();
    Logger logger = context.getLogger("io.skywire.Example");
    byte[] line =
        encoder.encode(
            new LoggingEvent(
                LogEncoderTest.class.getName(), logger, Level.WARN, message, failure, null));
    encoder.stop();
    return new String(line, StandardCharsets.UTF_8);
  }
}
