package io.skywire.api;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.logging.LogFormat;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.tracing.Tracing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The process PostgreSQL to HTTP, from its settings to its end. It starts without a database and
 * answers 503 until there is one. Several can run in one JVM beside other processes: it leaves the
 * JVM's logging, signals and environment alone, except when it is the {@link #main} program.
 */
public final class ApiProcess implements RunningProcess {
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final ServletWebServerApplicationContext context;
  private final Tracing tracing;
  private final @Nullable Metrics ownMetrics;

  private ApiProcess(
      ServletWebServerApplicationContext context, Tracing tracing, @Nullable Metrics ownMetrics) {
    this.context = context;
    this.tracing = tracing;
    this.ownMetrics = ownMetrics;
  }

  public static void main(String[] arguments) {
    try {
      Variables variables = Variables.ofEnvironment();
      LogFormat.from(variables).useInSpringBoot("api");
      ApiProcess process = launchAlone(ApiSettings.from(variables), variables, true);
      Runtime.getRuntime().addShutdownHook(new Thread(process::close, "api-shutdown"));
    } catch (InvalidSettingException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(1);
    }
  }

  /**
   * Returns when requests are answered.
   *
   * @throws InvalidSettingException when a setting does not fit, or the port is taken
   */
  public static ApiProcess start(Variables variables) {
    return start(ApiSettings.from(variables), variables);
  }

  /** With settings that have no variable, for tests. */
  static ApiProcess start(ApiSettings settings, Variables variables) {
    return launchAlone(settings, variables, false);
  }

  /**
   * As the other, beside processes in this JVM whose metrics it shows with its own. They stay open
   * when it is closed.
   */
  public static ApiProcess start(Variables variables, Metrics shared) {
    return launch(ApiSettings.from(variables), variables, shared, null, false);
  }

  @Override
  public CompletionStage<Void> done() {
    return done.copy();
  }

  /** The port it listens on, also when {@code PORT} is 0. */
  public int port() {
    return Objects.requireNonNull(context.getWebServer()).getPort();
  }

  /** Lets running requests finish for {@link ApiConfiguration#SHUTDOWN_MAX}, then ends them. */
  @Override
  public void close() {
    context.close();
    tracing.close();
    if (ownMetrics != null) {
      ownMetrics.close();
    }
    done.complete(null);
  }

  private static ApiProcess launchAlone(
      ApiSettings settings, Variables variables, boolean ownsJvm) {
    Metrics own = Metrics.open();
    try {
      return launch(settings, variables, own, own, ownsJvm);
    } catch (RuntimeException failed) {
      own.close();
      throw failed;
    }
  }

  private static ApiProcess launch(
      ApiSettings settings,
      Variables variables,
      Metrics metrics,
      @Nullable Metrics ownMetrics,
      boolean ownsJvm) {
    Tracing tracing = Tracing.open("api", variables);
    try {
      return new ApiProcess(launch(settings, metrics, tracing, ownsJvm), tracing, ownMetrics);
    } catch (RuntimeException failed) {
      tracing.close();
      throw failed;
    }
  }

  private static ServletWebServerApplicationContext launch(
      ApiSettings settings, Metrics metrics, Tracing tracing, boolean ownsJvm) {
    // Asked first because Tomcat's own way of saying it is two stack traces.
    requireFreePort(settings);
    SpringApplication application = new SpringApplication(ApiConfiguration.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setDefaultProperties(
        Map.of(
            "spring.config.name",
            "api",
            // It tells of each failure; TellingExporter does so once.
            "logging.level.io.opentelemetry.exporter",
            "off",
            // It warns of each broken connection with a stack trace; ProblemAdvice says it once.
            "logging.level.com.zaxxer.hikari",
            "error"));
    application.setBannerMode(Banner.Mode.OFF);
    application.setRegisterShutdownHook(false);
    application.setLogStartupInfo(false);
    if (!ownsJvm) {
      application.setListeners(
          application.getListeners().stream()
              .filter(listener -> !(listener instanceof LoggingApplicationListener))
              .toList());
    }
    application.addInitializers(context -> {
      GenericApplicationContext beans = (GenericApplicationContext) context;
      beans.registerBean(ApiSettings.class, () -> settings);
      beans.registerBean(Tracer.class, tracing::tracer);
      beans.registerBean(
          Metrics.class, () -> metrics, definition -> definition.setDestroyMethodName(""));
    });
    try {
      return (ServletWebServerApplicationContext) application.run();
    } catch (PortInUseException | ApplicationContextException failed) {
      for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
        if (cause instanceof PortInUseException) {
          throw portInUse(settings, failed);
        }
      }
      throw failed;
    }
  }

  private static void requireFreePort(ApiSettings settings) {
    InetSocketAddress anyPort = new InetSocketAddress(settings.bind(), 0);
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(anyPort);
    } catch (IOException notHere) {
      throw new InvalidSettingException(
          "SKYWIRE_BIND",
          settings.bind().getHostAddress(),
          "an address of this machine, or 0.0.0.0 for all of them",
          notHere);
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(settings.bind(), settings.port()));
    } catch (IOException taken) {
      throw portInUse(settings, taken);
    }
  }

  private static InvalidSettingException portInUse(ApiSettings settings, Throwable cause) {
    return new InvalidSettingException(
        "PORT", Integer.toString(settings.port()), "a free port: " + cause.getMessage(), cause);
  }
}
