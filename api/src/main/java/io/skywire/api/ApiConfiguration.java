package io.skywire.api;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.skywire.api.answers.Answers;
import io.skywire.api.connections.ClientProtocol;
import io.skywire.api.connections.SlowClients;
import io.skywire.api.dashboard.Dashboard;
import io.skywire.api.dashboard.DashboardController;
import io.skywire.api.dashboard.DashboardEventsController;
import io.skywire.api.dashboard.DashboardHeaders;
import io.skywire.api.docs.DocsController;
import io.skywire.api.events.EventMemory;
import io.skywire.api.events.EventMetrics;
import io.skywire.api.events.EventQuery;
import io.skywire.api.events.EventReader;
import io.skywire.api.events.EventTail;
import io.skywire.api.events.EventsController;
import io.skywire.api.events.GapQuery;
import io.skywire.api.events.GapsController;
import io.skywire.api.events.SharedPages;
import io.skywire.api.events.StreamController;
import io.skywire.api.health.HealthController;
import io.skywire.api.health.HealthMetrics;
import io.skywire.api.health.HealthProbe;
import io.skywire.api.health.ProbesController;
import io.skywire.api.metrics.MetricsController;
import io.skywire.api.metrics.RequestMetrics;
import io.skywire.api.problems.DatabaseIncident;
import io.skywire.api.problems.ProblemAdvice;
import io.skywire.api.problems.ProblemErrorReportValve;
import io.skywire.api.problems.ProblemMetrics;
import io.skywire.api.stats.StatsController;
import io.skywire.api.stats.StatsQuery;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.TokenCheck;
import io.skywire.api.tokens.TokenStore;
import io.skywire.api.tracing.RequestSpans;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.database.Database;
import io.skywire.common.metrics.Metrics;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Every object of the process and how they hang together. Nothing is scanned for or configured by
 * what happens to be on the class path, since several processes may share one.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebMvc
class ApiConfiguration {
  /** How long running requests may take to finish when the process ends. */
  static final Duration SHUTDOWN_MAX = Duration.ofSeconds(5);

  /** A request waits this long for a connection, then it is a 503. */
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(2);

  /** Longer than a query may take before PostgreSQL is asked to end it. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  /** An answer that the dashboard waits for; it shows the last ones meanwhile. */
  private static final Duration FIGURES_MAX = Duration.ofSeconds(6);

  private static final Duration FILES_KEPT = Duration.ofDays(1);
  private static final int REQUEST_HEAD_BYTES_MAX = 16 * 1024;
  private static final int CLIENTS_MAX = 8_192;

  @Bean
  HikariDataSource database(ApiSettings settings, MeterRegistry registry) {
    HikariDataSource database =
        Database.open(
            settings.databaseUrl(),
            "skywire-api",
            settings.connections(),
            CONNECTION_WAIT,
            ANSWER_MAX);
    database.setMetricRegistry(registry);
    return database;
  }

  @Bean
  SchemaSetup schemaSetup(HikariDataSource database, ApiSettings settings) {
    return settings.migrate() ? SchemaSetup.start(database) : SchemaSetup.none();
  }

  @Bean
  TokenStore tokenStore(HikariDataSource database, ApiSettings settings) {
    return new TokenStore(database, settings.secretKeys());
  }

  @Bean
  TokenCheck tokenCheck(TokenStore tokens, ApiSettings settings) {
    // A quarter of all clients, and whatever of its own streams there are beside them.
    return new TokenCheck(
        tokens, settings.requestsPerMinute(), CLIENTS_MAX / 4 + settings.streamsPerToken());
  }

  @Bean
  SlowClients slowClients(ApiSettings settings, MeterRegistry registry) {
    return SlowClients.start(settings.patience(), registry);
  }

  @Bean
  DatabaseTurns databaseTurns(ApiSettings settings) {
    return new DatabaseTurns(settings.connections() - SharedPages.AHEAD_THREADS, CONNECTION_WAIT);
  }

  @Bean
  EventDictionaries eventDictionaries() {
    return new EventDictionaries();
  }

  @Bean
  EventQuery eventQuery(HikariDataSource database, EventDictionaries dictionaries) {
    return new EventQuery(database, dictionaries, EventQuery.SCAN_MAX, EventQuery.PAGE_BYTES_MAX);
  }

  /** One connection of its own: it is held while anybody follows. */
  @Bean(defaultCandidate = false)
  HikariDataSource tailDatabase(ApiSettings settings) {
    return Database.open(
        settings.databaseUrl(), "skywire-api-tail", 1, CONNECTION_WAIT, ANSWER_MAX);
  }

  @Bean
  EventTail eventTail(
      @Qualifier("tailDatabase") HikariDataSource database, EventDictionaries dictionaries) {
    return EventTail.start(database, dictionaries);
  }

  /** Who waits for events is answered before the server waits for its last requests. */
  @Bean
  SmartLifecycle tailEnds(EventTail tail) {
    return new EndsFirst(tail::close);
  }

  @Bean
  EventReader eventReader(
      EventQuery events, EventTail tail, DatabaseTurns turns, MeterRegistry registry) {
    EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX);
    EventMetrics.watch(memory, registry);
    return new EventReader(events, tail, memory, turns);
  }

  @Bean
  Answers answers(SlowClients slowClients) {
    return new Answers(slowClients);
  }

  @Bean
  EventsController eventsController(EventReader reader, Answers answers) {
    return new EventsController(reader, answers);
  }

  @Bean
  SharedPages sharedPages(EventReader reader) {
    return new SharedPages(reader, SharedPages.FRESH_FOR);
  }

  @Bean
  StreamController streamController(
      EventReader reader,
      SharedPages shared,
      TokenCheck tokens,
      SlowClients slowClients,
      ApiSettings settings,
      MeterRegistry registry) {
    return new StreamController(
        reader,
        shared,
        tokens,
        slowClients,
        settings.streams(),
        settings.streamsPerToken(),
        registry);
  }

  @Bean
  GapsController gapsController(HikariDataSource database, DatabaseTurns turns, Answers answers) {
    return new GapsController(new GapQuery(database), turns, answers);
  }

  @Bean
  StatsController statsController(HikariDataSource database, DatabaseTurns turns, Answers answers) {
    return new StatsController(new StatsQuery(database), turns, answers, InstantSource.system());
  }

  /** One connection of its own: when readers hold all others, the database is not away. */
  @Bean(defaultCandidate = false)
  HikariDataSource healthDatabase(ApiSettings settings) {
    return Database.open(settings.databaseUrl(), "skywire-api-health", 1, CONNECTION_WAIT);
  }

  @Bean
  HealthProbe healthProbe(
      @Qualifier("healthDatabase") HikariDataSource database, MeterRegistry registry) {
    HealthProbe probe = new HealthProbe(database, InstantSource.system());
    HealthMetrics.register(probe, registry);
    return probe;
  }

  @Bean
  HealthController healthController(HealthProbe probe) {
    return new HealthController(probe);
  }

  /** One connection of its own: it is looked at when readers hold all others. */
  @Bean(defaultCandidate = false)
  HikariDataSource dashboardDatabase(ApiSettings settings) {
    return Database.open(
        settings.databaseUrl(), "skywire-api-dashboard", 1, CONNECTION_WAIT, FIGURES_MAX);
  }

  @Bean
  Dashboard dashboard(
      @Qualifier("dashboardDatabase") HikariDataSource database,
      ApiSettings settings,
      HealthProbe probe,
      MeterRegistry registry) {
    return Dashboard.start(database, settings.secretKeys(), probe, registry);
  }

  /** Who watches is let go before the server waits for its last requests. */
  @Bean
  SmartLifecycle dashboardEnds(Dashboard dashboard) {
    return new EndsFirst(dashboard::close);
  }

  @Bean
  DashboardController dashboardController(Dashboard dashboard, SlowClients slowClients) {
    return new DashboardController(dashboard, slowClients);
  }

  @Bean
  DashboardEventsController dashboardEventsController(
      Dashboard dashboard, SlowClients slowClients) {
    return new DashboardEventsController(dashboard, slowClients);
  }

  @Bean
  DocsController docsController() {
    return new DocsController();
  }

  @Bean
  ProbesController probesController(HealthProbe probe) {
    return new ProbesController(probe);
  }

  /** Whoever has opened the metrics closes them. */
  @Bean(destroyMethod = "")
  MeterRegistry meterRegistry(Metrics metrics) {
    return metrics.registry();
  }

  @Bean
  MetricsController metricsController(Metrics metrics) {
    return new MetricsController(metrics);
  }

  /** The outermost: what it measures is all of a request. */
  @Bean
  FilterRegistrationBean<RequestMetrics> requestMetrics(MeterRegistry registry) {
    FilterRegistrationBean<RequestMetrics> filter =
        new FilterRegistrationBean<>(new RequestMetrics(registry));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  /** Inside that one: what both measure differs by its own time. Not there while traces are off. */
  @Bean
  FilterRegistrationBean<RequestSpans> requestSpans(Tracer tracer) {
    FilterRegistrationBean<RequestSpans> filter =
        new FilterRegistrationBean<>(new RequestSpans(tracer));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    filter.setEnabled(tracer.isEnabled());
    return filter;
  }

  @Bean
  DatabaseIncident databaseIncident() {
    return new DatabaseIncident();
  }

  @Bean
  ProblemAdvice problemAdvice(MeterRegistry registry, DatabaseIncident databaseIncident) {
    return new ProblemAdvice(new ProblemMetrics(registry), databaseIncident);
  }

  @Bean
  WebMvcConfigurer routes(TokenCheck tokens, DatabaseIncident databaseIncident) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(tokens)
            .addPathPatterns("/api/**")
            .excludePathPatterns("/api/health");
        // After that one: it is asked of those that were let through.
        registry
            .addInterceptor(databaseIncident)
            .addPathPatterns("/api/**")
            .excludePathPatterns("/api/health");
        registry.addInterceptor(new DashboardHeaders()).addPathPatterns("/dashboard/**");
      }

      @Override
      public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry
            .addResourceHandler(DocsController.SWAGGER_UI_PATH + "**")
            .addResourceLocations(DocsController.SWAGGER_UI)
            .setCacheControl(CacheControl.maxAge(FILES_KEPT));
        registry
            .addResourceHandler(DashboardController.UPLOT_PATH + "**")
            .addResourceLocations(DashboardController.UPLOT)
            .setCacheControl(CacheControl.maxAge(FILES_KEPT));
        // They belong to the page, which is never kept.
        registry
            .addResourceHandler(DashboardController.FILES_PATH + "**")
            .addResourceLocations(DashboardController.FILES)
            .setCacheControl(CacheControl.noCache());
      }
    };
  }

  @Bean
  DispatcherServlet dispatcherServlet() {
    return new QuietDispatcher();
  }

  /** What every answer carries, whoever writes it. */
  @Bean
  Filter securityHeaders() {
    return (request, response, chain) -> {
      ((HttpServletResponse) response).setHeader("X-Content-Type-Options", "nosniff");
      chain.doFilter(request, response);
    };
  }

  @Bean
  TomcatServletWebServerFactory webServer(ApiSettings settings) {
    TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory(settings.port());
    tomcat.setProtocol(ClientProtocol.class.getName());
    tomcat.setAddress(settings.bind());
    tomcat.setShutdown(Shutdown.GRACEFUL);
    tomcat.setRegisterDefaultServlet(false);
    int silenceMax = Math.toIntExact(settings.patience().silenceMax().toMillis());
    tomcat.addProtocolHandlerCustomizers(handler -> {
      handler.setExecutor(new VirtualThreadExecutor("api-http-"));
      if (handler instanceof AbstractProtocol<?> protocol) {
        protocol.setConnectionTimeout(silenceMax);
        protocol.setKeepAliveTimeout(silenceMax);
        protocol.setMaxConnections(CLIENTS_MAX);
      }
    });
    tomcat.addConnectorCustomizers(
        connector -> connector.setProperty("maxHttpHeaderSize", "" + REQUEST_HEAD_BYTES_MAX));
    tomcat.addContextCustomizers(context ->
        ((StandardHost) context.getParent())
            .setErrorReportValveClass(ProblemErrorReportValve.class.getName()));
    return tomcat;
  }

  /** Spring finds it by this name. */
  @Bean
  DefaultLifecycleProcessor lifecycleProcessor() {
    DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
    processor.setTimeoutPerShutdownPhase(SHUTDOWN_MAX.toMillis());
    return processor;
  }
}
