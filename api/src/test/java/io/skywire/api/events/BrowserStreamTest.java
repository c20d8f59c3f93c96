package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.browser.Chromium;
import io.skywire.api.browser.ChromiumPage;
import io.skywire.api.events.SinkStandIn.Stored;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A browser's own {@code EventSource}, which knows of us what a stream says and nothing else. */
@Timeout(180)
class BrowserStreamTest {
  private static final long SEED = System.nanoTime();

  private TestDatabase database;
  private SinkStandIn sink;
  private TestApi api;
  private TcpProxy line;
  private String token;

  @BeforeEach
  void start() throws Exception {
    System.out.println("seed " + SEED);
    database = TestDatabase.create();
    sink = new SinkStandIn(database, SEED);
    sink.store(300);
    api = new TestApi(database.url());
    line = TcpProxy.to(api.port(), WireProtocol.OPAQUE);
    token = TestApi.token(database.dataSource());
  }

  @AfterEach
  void stop() {
    line.close();
    api.close();
    database.close();
  }

  @Test
  void itHasTheHistoryAndWhatComesAndAfterACutWhatIsMissing() throws Exception {
    Path program = Chromium.installed();
    assumeTrue(program != null, "skipped: chromium is not installed");
    try (Chromium chromium = Chromium.start(Objects.requireNonNull(program));
        ChromiumPage page = chromium.open()) {
      // From where the stream is, since it may be read from no other page.
      page.go("http://127.0.0.1:" + line.port() + "/openapi.json");
      page.await("location.port === '" + line.port() + "' && document.readyState === 'complete'");
      page.run(
          """
          window.seqs = [];
          window.texts = [];
          window.opened = 0;
          window.broken = 0;
          window.source = new EventSource('/api/stream?since=0&access_token=%s');
          source.onopen = () => { opened++; };
          source.onerror = () => { broken++; };
          source.onmessage = event => {
            seqs.push(event.lastEventId);
            texts.push(event.data);
          };
          true
          """
              .formatted(token));
      awaitAll(page);
      sink.store(20);
      sink.store(5);
      awaitAll(page);

      line.cut();
      page.await("broken > 0");
      sink.store(200);
      line.heal();
      awaitAll(page);
      assertThat(page.run("opened").asInt()).as("it has come again").isGreaterThan(1);
    }
  }

  /** Each event once, in the order of seqs, as it was stored. */
  private void awaitAll(ChromiumPage page) throws Exception {
    List<Stored> readable = sink.readable();
    page.await("seqs.at(-1) >= " + readable.getLast().seq());
    assertThat(page.run("seqs.join()").asString())
        .isEqualTo(
            readable.stream()
                .map(event -> Long.toString(event.seq()))
                .collect(Collectors.joining(",")));
    assertThat(page.run("texts.join('\\n')").asString())
        .isEqualTo(readable.stream().map(Stored::json).collect(Collectors.joining("\n")));
  }
}
