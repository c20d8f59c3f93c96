package io.skywire.standalone.operating;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.ApiProcess;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.collector.CollectedSpan;
import io.skywire.embedded.collector.TraceCollector;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.IngesterProcess;
import io.skywire.sink.SinkProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The folder {@code ops} beside a page of metrics of the whole pipeline in one JVM: every name that
 * alerts, dashboard or pages use is there, and what is there is what the table says. Its traces are
 * on, so that an event's way is seen in them.
 */
class OperatingTest {
  private static final Path OPS = Path.of("..", "ops");
  private static final Path ALERTS = OPS.resolve("prometheus/alerts.yml");
  private static final Path ALERT_TESTS = OPS.resolve("prometheus/alerts_test.yml");
  private static final Path SLOW_ALERT_TESTS = OPS.resolve("prometheus/alerts_days_test.yml");
  private static final Path DASHBOARD = OPS.resolve("grafana/skywire.json");
  private static final Path NOTHING = Path.of("/dev/null");

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:skywire_(?:ingester|sink|api)|jvm|process|hikaricp|disk)_[a-z0-9_]+");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

  private static Scrape scrape;
  private static List<CollectedSpan> spans;

  @BeforeAll
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  static void scrapeAPipeline() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
        EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
        RelaySimulator relay =
            RelaySimulator.start(SimulatorSettings.defaults().withSeed(5).withRate(200));
        TraceCollector collector = TraceCollector.start();
        Metrics metrics = Metrics.open()) {
      metrics.watchDisk(Path.of("target"));
      Map<String, String> settings = new HashMap<>(collector.variables());
      settings.putAll(
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS",
              kafka.bootstrapServers(),
              "DATABASE_URL",
              postgres.url().toUrl(),
              "RELAY_URL",
              relay.uri().toString(),
              "RELAY_START",
              "oldest",
              "SECRET_KEY_BASE",
              "a secret for tests that is long enough for an HMAC",
              "SKYWIRE_BIND",
              "127.0.0.1",
              "PORT",
              "0"));
      Variables variables = new Variables(settings);
      try (ApiProcess api = ApiProcess.start(variables, metrics);
          SinkProcess sink = SinkProcess.start(variables, metrics);
          IngesterProcess ingester = IngesterProcess.start(variables, metrics);
          HttpClient client = HttpClient.newHttpClient()) {
        URI page = URI.create("http://127.0.0.1:" + api.port() + "/metrics");
        // Garbage collections are told from the first one on.
        System.gc();
        do {
          TimeUnit.MILLISECONDS.sleep(200);
          scrape =
              new Scrape(
                  client
                      .send(
                          HttpRequest.newBuilder(page).build(),
                          HttpResponse.BodyHandlers.ofString())
                      .body());
        } while (!hasComeRound(scrape));
        assertThat(sink.done().toCompletableFuture()).isNotDone();
        assertThat(ingester.done().toCompletableFuture()).isNotDone();
      }
      // What the sink's spans lead to may be on its way for a moment after the ingester's end.
      do {
        TimeUnit.MILLISECONDS.sleep(20);
        spans = collector.spans();
      } while (links().isEmpty() || !published().keySet().containsAll(links()));
    }
  }

  /** Events are stored, and each loop has had its turn. */
  private static boolean hasComeRound(Scrape scrape) {
    return scrape.text().contains("skywire_api_health{status=\"ok\"} 1.0")
        && scrape.samples().contains("skywire_api_request_seconds_count")
        && scrape.samples().contains("skywire_sink_consumer_lag_records")
        && scrape.samples().contains("jvm_gc_pause_seconds_count");
  }

  @Test
  void everyMetricThatAlertsDashboardAndPagesNameIsShown() throws Exception {
    for (Path file : new Path[] {ALERTS, ALERT_TESTS, DASHBOARD, OPS.resolve("README.md")}) {
      Set<String> named = find(METRIC, file, 0);
      assertThat(named).as("named in " + file).hasSizeGreaterThan(15);
      assertThat(named).as("named in " + file).isSubsetOf(known());
    }
    assertThat(find(METRIC, Path.of("..", "README.md"), 0)).isSubsetOf(known());
  }

  /** Names, types, labels and their values, as people build on them. */
  @Test
  void theTableOfMetricsIsWhatIsShown() throws Exception {
    Set<String> rows =
        Files.readAllLines(OPS.resolve("README.md")).stream()
            .filter(line -> line.startsWith("| `skywire_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(scrape.table()).containsExactlyElementsOf(rows);
  }

  @Test
  void noLabelTakesWhatAClientOrAnAccountSends() {
    assertThat(scrape.values("route")).isSubsetOf("/metrics", "/api/health", "/api/events", "none");
    assertThat(scrape.values("partition")).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(scrape.text().lines().filter(line -> !line.startsWith("#")).count()).isLessThan(600);
  }

  @Test
  void aBatchOfTheSinkLeadsToTheTransactionsThatItsEventsWerePublishedIn() {
    Map<String, CollectedSpan> published = published();
    List<CollectedSpan> stored =
        of("skywire-sink").stream().filter(span -> span.name().equals("store")).toList();
    assertThat(links()).isNotEmpty().isSubsetOf(published.keySet());
    assertThat(stored)
        .filteredOn(span -> span.links().size() == 1)
        .isNotEmpty()
        .allSatisfy(span -> {
          CollectedSpan transaction =
              Objects.requireNonNull(published.get(span.links().getFirst()));
          assertThat(Long.parseLong(span.attribute("skywire.first_seq")))
              .isBetween(
                  Long.parseLong(transaction.attribute("skywire.first_seq")),
                  Long.parseLong(transaction.attribute("skywire.last_seq")));
        });
    assertThat(of("skywire-api")).extracting(CollectedSpan::name).contains("GET /metrics");
  }

  private static Map<String, CollectedSpan> published() {
    return of("skywire-ingester").stream()
        .collect(Collectors.toMap(CollectedSpan::id, Function.identity()));
  }

  /** The transactions that batches lead to. */
  private static Set<String> links() {
    return of("skywire-sink").stream()
        .flatMap(span -> span.links().stream())
        .collect(Collectors.toSet());
  }

  private static List<CollectedSpan> of(String service) {
    return spans.stream().filter(span -> span.service().equals(service)).toList();
  }

  @Test
  void everyAlertHasATest() throws Exception {
    String tests = Files.readString(ALERT_TESTS) + Files.readString(SLOW_ALERT_TESTS);
    assertThat(find(ALERT, ALERTS, 1))
        .hasSizeGreaterThan(30)
        .allSatisfy(alert -> assertThat(tests).contains("alertname=\"" + alert + "\""));
  }

  @Test
  void prometheusAcceptsThePage() throws Exception {
    Path page = Files.writeString(Path.of("target", "metrics.txt"), scrape.text());
    Promtool.assertThatItAccepts(page, "check", "metrics");
  }

  @Test
  void prometheusAcceptsItsExampleAndTheAlertsFireWhenTheyShould() throws Exception {
    Promtool.assertThatItAccepts(
        NOTHING, "check", "config", OPS.resolve("prometheus/prometheus.yml").toString());
    Promtool.assertThatItAccepts(
        NOTHING, "test", "rules", ALERT_TESTS.toString(), SLOW_ALERT_TESTS.toString());
  }

  /** Samples, and metrics as their histograms are called as a whole. */
  private static Set<String> known() {
    Set<String> known = new TreeSet<>(scrape.samples());
    scrape.samples().forEach(name -> known.add(name.replaceAll("_(count|sum|bucket)$", "")));
    return known;
  }

  private static Set<String> find(Pattern pattern, Path file, int group) throws Exception {
    return pattern
        .matcher(Files.readString(file))
        .results()
        .map(found -> found.group(group))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
