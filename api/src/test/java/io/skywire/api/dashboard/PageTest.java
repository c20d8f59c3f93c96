package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.browser.Axe;
import io.skywire.api.browser.Chromium;
import io.skywire.api.browser.ChromiumPage;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.TokenStore;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The page in a browser, in each state; what it looked like is in {@code target/dashboard}. */
@Timeout(240)
class PageTest {
  private static final Path PICTURES = Path.of("target", "dashboard");
  private static final int DESKTOP = 1280;
  private static final int PHONE = 360;

  /** Texts with less contrast to their background than WCAG AA asks for. */
  private static final String TOO_FAINT =
      """
      (() => {
        const channels = text => text.match(/[\\d.]+/g).map(Number);
        const light = rgb => rgb.slice(0, 3).map(c => c / 255)
          .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
          .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const background = node => {
          for (let at = node; at; at = at.parentElement) {
            const colour = channels(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
          }
          return [255, 255, 255];
        };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const node = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || !node.checkVisibility() || node.closest('script, noscript')) continue;
          const [one, other] = [light(channels(getComputedStyle(node).color)), light(background(node))];
          const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
          if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${texts.currentNode.data.trim()}`);
        }
        return faint;
      })()
      """;

  /** Null where none is installed. Then each test says that it is skipped: a class cannot. */
  private static @Nullable Chromium chromium;

  private TestDatabase database;
  private TcpProxy proxy;
  private TestApi api;
  private String token;
  private PipelineStandIn pipeline;

  @BeforeAll
  static void startBrowser() throws Exception {
    Path program = Chromium.installed();
    chromium = program == null ? null : Chromium.start(program);
  }

  @AfterAll
  static void stopBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    proxy = TcpProxy.to(database.url().port(), WireProtocol.POSTGRES);
    api = new TestApi(database.url(proxy.port()));
    token = tokens(database);
    PipelineStandIn.statistics(database);
    database.execute(
        """
        insert into gaps values
            ('relay.example', 31526000000, 31526004210, 'the cursor was older than the relay''s window',
             now() - interval '3 days'),
            ('relay.example', 31519000000, 31519000031, 'the relay leaped', now() - interval '9 days')
        """);
    pipeline = PipelineStandIn.start(database);
  }

  @AfterEach
  void stop() {
    pipeline.close();
    api.close();
    proxy.close();
    database.close();
  }

  private static String tokens(TestDatabase database) throws Exception {
    TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    String token = tokens.create("night watch");
    EventFilter feed = new EventFilter(null, Choice.ofPatterns(List.of("app.bsky.feed.*")), null);
    tokens.create(new Grant("Feed team", feed, Instant.now().plus(90, ChronoUnit.DAYS), 6_000));
    tokens.create(Grant.of("old crawler"));
    tokens.revoke("old crawler");
    return token;
  }

  @Test
  void isFine() throws Exception {
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is fine: what can be read is less than 1 s behind"));
      page.await("document.querySelector('#types td')");
      page.await("document.querySelectorAll('#hour-chart canvas').length === 1");
      assertThat(page.run("document.title").asString()).isEqualTo("✓ fine · Skywire");
      assertThat(text(page, "#announcement")).startsWith("It is fine");
      assertThat(text(page, "#stage-database dd")).matches("31,527,0\\d\\d,\\d{3}");
      assertThat(text(page, "#collections tbody tr")).contains("app.bsky.feed.like", "831,600");
      assertThat(text(page, "#gaps tbody tr")).contains("31,526,000,000", "31,526,004,210");
      assertThat(text(page, "#tokens tbody")).contains("night watch", "Feed team", "revoked");
      assertThat(text(page, "#now"))
          .containsSubsequence("Dead letters", "15", "the latest at 2026-07-04 02:51:07 UTC")
          .containsSubsequence("Newest day", "2026-07-03; the oldest, 2026-07-01: ")
          .doesNotContain("Disk");
      assertThat(text(page, "#letters")).contains("flawed_op", "2026-07-04 01:12:40 UTC");
      assertThat(text(page, "#storage")).contains("PostgreSQL does not tell: ask its host");
      assertThat(text(page, "#stage-sink")).contains("working");
      assertThat(page.run("document.querySelectorAll('#hour-table tbody tr').length").asInt())
          .isEqualTo(60);
      look(page, "fine");
      page.run("document.querySelectorAll('details').forEach(each => each.open = true)");
      look(page, "fine-with-tables");
    }
  }

  @Test
  void isBehind() throws Exception {
    pipeline.become(PipelineStandIn.State.BEHIND);
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is not fine: what can be read is"));
      assertThat(text(page, "#sentence")).contains("the sink has yet to store");
      assertThat(text(page, "#stage-sink")).contains("behind", "look here", "48,210 seqs");
      page.await("document.getElementById('types').innerText.startsWith('Nothing has become')");
      look(page, "behind");
    }
  }

  @Test
  void theRelayIsGone() throws Exception {
    pipeline.become(PipelineStandIn.State.RELAY_GONE);
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is not fine: the relay relay.example is not connected"));
      assertThat(text(page, "#stage-relay")).contains("not connected", "look here");
      look(page, "relay-gone");
    }
  }

  @Test
  void aSinkDoesNotCount() throws Exception {
    pipeline.become(PipelineStandIn.State.NOT_COUNTING);
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is not fine: a sink does not count events or send them on: Kafka"));
      assertThat(text(page, "#stage-sink"))
          .contains("look here", "storing, not counting", "stopped at a sink");
      look(page, "not-counting");
    }
  }

  @Test
  void aSinkDoesNotStoreWhatItCounts() throws Exception {
    pipeline.become(PipelineStandIn.State.NOT_STORING_COUNTS);
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is not fine: a sink does not store counts: no space"));
      assertThat(text(page, "#stage-sink"))
          .contains("look here", "storing, but no counts", "not stored")
          .doesNotContain("stopped");
    }
  }

  @Test
  void whatNobodyTellsIsNotKnown() throws Exception {
    pipeline.close();
    database.execute("update firehose_cursor set dead_letters = null");
    database.execute("update sink_heartbeats set dead_letters = null, streams_running = null");
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(
          "document.getElementById('letters').innerText.startsWith('What the ingester has')");
      assertThat(text(page, "#letters")).contains("What the sinks have kept is not known.");
      assertThat(text(page, "#now")).containsSubsequence("Dead letters", "not known");
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void theDatabaseIsGone() throws Exception {
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is fine"));
      page.await("document.querySelector('#types td')");
      proxy.cut();
      page.await(sentence("It is down: the database cannot be reached."));
      assertThat(text(page, "#as-of")).contains("none that are newer, since the database is away");
      assertThat(text(page, "#stage-database")).contains("not reachable", "look here");
      assertThat(text(page, "#stage-sink")).contains("not known");
      assertThat(text(page, "#tokens tbody")).contains("night watch");
      look(page, "database-gone");
      page.go("http://127.0.0.1:" + api.port() + "/dashboard");
      page.await(sentence("It is down: the database cannot be reached."));
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void thereAreNoStatistics() throws Exception {
    database.execute("drop table event_stats");
    try (ChromiumPage page = signedIn(DESKTOP, "dark")) {
      page.await(sentence("It is fine"));
      assertThat(text(page, "#hour-summary")).isEqualTo(StatisticsQuery.NO_TABLE);
      assertThat(text(page, "#collections")).isEqualTo(StatisticsQuery.NO_TABLE);
      look(page, "no-statistics");
    }
  }

  @Test
  void withoutTheApiThePageSaysSoAndComesBack() throws Exception {
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is fine"));
      page.await("document.querySelector('#types td')");
      int port = api.port();
      api.close();
      page.await(sentence("It is not known whether it is fine. The last that was heard: It is"));
      assertThat(text(page, "#lost")).startsWith("No connection to the api since ");
      assertThat(text(page, "#connection-words")).isEqualTo("no connection");
      assertThat(text(page, "#stage-relay")).contains("was connected");
      lookAtAppearance(page, "no-connection");
      java.util.Map<String, String> same =
          new java.util.HashMap<>(TestApi.variables(database.url(proxy.port())));
      same.put("PORT", Integer.toString(port));
      api = new TestApi(same);
      page.await(sentence("It is fine"));
      assertThat(page.run("document.getElementById('lost').hidden").asBoolean()).isTrue();
      new TokenStore(database.dataSource(), TestApi.SECRET).revoke("night watch");
      page.await("document.querySelector('#lost a')?.innerText === 'Sign in again'");
      assertThat(text(page, "#lost")).contains("the token was revoked or has expired");
    }
  }

  @Test
  void isUsedByKeyboardAndKeepsItsTheme() throws Exception {
    try (ChromiumPage page = signedIn(DESKTOP, "light")) {
      page.await(sentence("It is fine"));
      page.press("Tab", 9);
      assertThat(page.run("document.activeElement.className").asString()).isEqualTo("skip");
      page.press("Tab", 9);
      assertThat(page.run("document.activeElement.id").asString()).isEqualTo("theme");
      assertThat(page.run("getComputedStyle(document.activeElement).outlineStyle").asString())
          .isEqualTo("solid");
      page.run(
          """
          const select = document.getElementById('theme');
          select.value = 'dark';
          select.dispatchEvent(new Event('change'));
          """);
      page.await("getComputedStyle(document.body).backgroundColor === 'rgb(14, 18, 23)'");
      page.go("http://127.0.0.1:" + api.port() + "/dashboard");
      page.await(sentence("It is fine"));
      assertThat(page.run("document.documentElement.dataset.theme").asString()).isEqualTo("dark");
      page.run("document.querySelector('form[action=\"/dashboard/sign-out\"]').requestSubmit()");
      page.await("document.getElementById('token')");
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void theFormLooksRight() throws Exception {
    try (ChromiumPage page = open()) {
      page.go("http://127.0.0.1:" + api.port() + "/dashboard");
      page.await("document.getElementById('token')");
      look(page, "sign-in");
      submit(page, "no token");
      page.await("document.querySelector('[role=alert]')");
      lookAtAppearance(page, "sign-in-refused");
    }
  }

  /** Nothing in the console either. */
  private static void look(ChromiumPage page, String state) throws Exception {
    lookAtAppearance(page, state);
    assertThat(page.errors()).isEmpty();
  }

  /** Light and dark, wide and narrow: nothing cut off, nothing faint, nobody kept out. */
  private static void lookAtAppearance(ChromiumPage page, String state) throws Exception {
    for (String scheme : List.of("light", "dark")) {
      for (int width : List.of(DESKTOP, PHONE)) {
        String name = state + "-" + scheme + "-" + width;
        page.resize(width, width == PHONE ? 740 : 900);
        page.prefer(scheme);
        page.await("innerWidth === " + width);
        page.await("document.documentElement.dataset.theme === '" + scheme + "'");
        // Charts are drawn again after the page has its size.
        page.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))");
        page.screenshot(PICTURES.resolve(name + ".png"));
        assertThat(page.run("document.documentElement.scrollWidth").asInt())
            .as(name)
            .isLessThanOrEqualTo(width);
        JsonNode faint = page.run(TOO_FAINT);
        assertThat(faint.toString()).as(name).isEqualTo("[]");
        assertThat(Axe.violations(page)).as(name).isEmpty();
      }
    }
  }

  private static ChromiumPage open() {
    assumeTrue(chromium != null, "skipped: chromium is not installed");
    return Objects.requireNonNull(chromium).open();
  }

  private ChromiumPage signedIn(int width, String scheme) throws Exception {
    ChromiumPage page = open();
    page.resize(width, 900);
    page.prefer(scheme);
    page.go("http://127.0.0.1:" + api.port() + "/dashboard");
    page.await("document.getElementById('token')");
    submit(page, token);
    page.await("document.getElementById('sentence')");
    return page;
  }

  private static void submit(ChromiumPage page, String token) {
    page.run(
        """
        document.getElementById('token').value = '%s';
        document.querySelector('form').requestSubmit();
        """
            .formatted(token));
  }

  private static String sentence(String start) {
    return "document.getElementById('sentence')?.innerText.startsWith('" + start + "')";
  }

  private static String text(ChromiumPage page, String selector) {
    return page.run("document.querySelector('" + selector + "').innerText").asString();
  }
}
