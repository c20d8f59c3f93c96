package io.skywire.common.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import java.time.InstantSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Opens the application context of a process without a web server. Several may be open in one JVM,
 * so none of them owns the JVM: its end is the caller's, and so are the settings.
 */
public final class SpringProcess {
  private SpringProcess() {}

  /**
   * @param name of the process
   * @param configuration the class that declares its beans
   * @param settings the process's settings, made a bean
   * @param clock made a bean too
   * @param registry made a bean too; closing the context leaves it open
   * @param tracer made a bean too
   */
  public static <S> ConfigurableApplicationContext open(
      String name,
      Class<?> configuration,
      Class<S> settingsType,
      S settings,
      InstantSource clock,
      MeterRegistry registry,
      Tracer tracer) {
    return new SpringApplicationBuilder(configuration)
        .web(WebApplicationType.NONE)
        .bannerMode(Banner.Mode.OFF)
        .logStartupInfo(false)
        .registerShutdownHook(false)
        .properties(
            "spring.application.name=" + name,
            "spring.config.name=" + name,
            // Kafka's clients tell all their settings each time one is opened.
            "logging.level.org.apache.kafka=warn",
            // It warns of each of its own tries to connect; the loop that tries says so once.
            "logging.level.org.apache.kafka.clients.NetworkClient=error",
            // So it does of each of its own repeats, one line a partition.
            "logging.level.org.apache.kafka.clients.producer.internals.Sender=error",
            // It tells each failure with several stack traces; the loop that owns it says so once.
            "logging.level.org.apache.kafka.streams=off",
            // The same of spans that are not taken; TellingExporter says so once.
            "logging.level.io.opentelemetry.exporter=off",
            // The same of connections to the database, each with a stack trace.
            "logging.level.com.zaxxer.hikari=error")
        .initializers(context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(settingsType, () -> settings);
          beans.registerBean(InstantSource.class, () -> clock);
          beans.registerBean(MeterRegistry.class, () -> registry);
          beans.registerBean(Tracer.class, () -> tracer);
        })
        .run();
  }
}
