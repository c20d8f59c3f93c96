package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.events.SinkStandIn.Stored;
import io.skywire.api.tokens.TokenStore;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Readers who have caught up: pages of the newest events, answers that wait, and streams. */
@Timeout(120)
class FollowTest {
  private static final long SEED = System.nanoTime();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Random random = new Random(SEED);
  private TestDatabase database;
  private SinkStandIn sink;
  private TestApi api;
  private String token;

  @BeforeEach
  void start() throws Exception {
    System.out.println("seed " + SEED);
    database = TestDatabase.create();
    sink = new SinkStandIn(database, SEED);
    sink.store(50);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
  }

  @AfterEach
  void stop() {
    api.close();
    database.close();
  }

  /** Otherwise a proxy between takes it for dead; and where it got to is not forgotten. */
  @Test
  void aStreamThatHasNothingToSaySaysThatItLives() throws Exception {
    long watermark =
        TestApi.json(api.get("/api/events?since=0", token)).path("watermark_seq").asLong();
    try (StreamClient client =
        StreamClient.open(api.port(), "/api/stream?collection=none.*&since=0", token, null)) {
      client.awaitLine(": nothing further up to", Duration.ofSeconds(40));
      client.awaitLine("id: " + watermark, PATIENCE);
      assertThat(client.seqs()).isEmpty();
    }
  }

  @Test
  void whoFollowsGetsWhatTheTableHasWhateverTheFilter() throws Exception {
    String[] filters = {
      "",
      "&event_type=identity",
      "&collection=a.b.one",
      "&collection=a.*",
      "&repo=did:plc:1",
      "&collection=rare.*&repo=did:plc:2&event_type=commit"
    };
    for (int round = 0; round < 150; round++) {
      sink.store(1 + random.nextInt(20));
      List<Stored> readable = sink.readable();
      long since = readable.get(readable.size() - 1 - random.nextInt(40)).seq() - 1;
      int limit = 1 + random.nextInt(30);
      String filter = filters[random.nextInt(filters.length)];
      assertThat(read(since, limit, filter))
          .as(filter)
          .isEqualTo(
              readable.stream()
                  .filter(event -> event.seq() > since && matches(filter, event))
                  .map(Stored::seq)
                  .toList());
    }
  }

  /** Page by page, up to the watermark. */
  private List<Long> read(long since, int limit, String filter) throws Exception {
    List<Long> seqs = new ArrayList<>();
    long at = since;
    while (true) {
      JsonNode page =
          TestApi.json(api.get("/api/events?since=" + at + "&limit=" + limit + filter, token));
      assertThat(page.get("events").size()).isLessThanOrEqualTo(limit);
      page.get("events").forEach(event -> seqs.add(event.get("seq").asLong()));
      at = page.get("max_seq").asLong();
      // What is in memory may be a moment older than what is stored, and says so.
      if (at == page.get("watermark_seq").asLong() && at >= sink.watermark()) {
        return seqs;
      }
    }
  }

  private static boolean matches(String filter, Stored event) {
    return (!filter.contains("event_type=") || filter.contains("event_type=" + event.type()))
        && (!filter.contains("repo=") || filter.contains("repo=" + event.repo()))
        && switch (filter.replaceAll(".*collection=([^&]*).*", "$1")) {
          case "a.b.one" -> event.collections().contains("a.b.one");
          case "a.*" -> event.collections().stream().anyMatch(one -> one.startsWith("a."));
          case "rare.*" -> event.collections().contains("rare.x.y");
          default -> true;
        };
  }

  /** The tail keeps no long events; a page that has one is nevertheless a whole page. */
  @Test
  void aPageIsAsLongAsAskedForWhereverALongEventIs() throws Exception {
    long before = sink.watermark();
    api.get("/api/events?since=" + before, token);
    while (sink.readable().stream()
            .filter(event -> event.seq() > before && event.json().length() > 20_000)
            .count()
        < 3) {
      sink.store(5);
      int stored = (int) sink.readable().stream().filter(event -> event.seq() > before).count();
      JsonNode page = TestApi.json(api.get("/api/events?limit=1000&since=" + before, token));
      if (page.get("watermark_seq").asLong() == sink.watermark()) {
        assertThat(page.get("count").asInt()).isEqualTo(Math.min(1_000, stored));
      }
    }
  }

  /** What the tail has in memory is behind for as long as the database keeps its next read. */
  @Test
  void whoHasSeenAWatermarkIsNotToldALowerOne() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(database.url().port(), WireProtocol.POSTGRES);
        TestApi slow = new TestApi(database.url(proxy.port()))) {
      long before = sink.watermark();
      Hold read =
          proxy.hold(Hold.Side.REQUEST, sql -> sql.startsWith("select seq, event_type, repo"), 1);
      // Whoever comes to the end wakes the tail, and it takes a moment to look for the first time.
      while (!read.await(Duration.ofMillis(50))) {
        slow.get("/api/events?since=" + before, token);
        sink.store(5);
      }
      long ofTable = watermark(slow.get("/api/events?limit=1&since=0", token));
      long next = watermark(slow.get("/api/events?since=" + ofTable, token));
      for (long since = before; since <= ofTable; since++) {
        assertThat(watermark(slow.get("/api/events?since=" + since, token)))
            .isGreaterThanOrEqualTo(next);
      }
      read.goOn();
    }
  }

  private static long watermark(HttpResponse<byte[]> page) {
    return TestApi.json(page).get("watermark_seq").asLong();
  }

  @Test
  void anEmptyAnswerWaitsUntilSomethingComes() throws Exception {
    long watermark = sink.watermark();
    CompletableFuture<HttpResponse<byte[]>> waiting =
        CompletableFuture.supplyAsync(
            () -> get("/api/events?wait=30&collection=rare.*&since=" + watermark));
    while (sink.readable().stream()
        .noneMatch(event -> event.seq() > watermark && event.collections().contains("rare.x.y"))) {
      TimeUnit.MILLISECONDS.sleep(20);
      assertThat(waiting.isDone()).isFalse();
      sink.store(1);
    }
    JsonNode page = TestApi.json(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertThat(page.get("count").asInt()).isPositive();
    assertThat(page.get("events").get(0).get("seq").asLong()).isGreaterThan(watermark);
  }

  @Test
  void anAnswerThatWaitsEndsWithItsTime() throws Exception {
    long began = System.nanoTime();
    JsonNode page = TestApi.json(api.get("/api/events?wait=1&since=" + sink.watermark(), token));
    assertThat(page.get("count").asInt()).isZero();
    assertThat(page.get("max_seq").asLong()).isEqualTo(sink.watermark());
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(950).toNanos());
  }

  @Test
  void aStreamIsHistoryAndThenWhatComesWithoutASeam() throws Exception {
    sink.store(2_000);
    CompletableFuture<Void> storing =
        CompletableFuture.runAsync(() -> {
          for (int batch = 0; batch < 200; batch++) {
            sink.store(5);
          }
        });
    List<StreamClient> clients = new ArrayList<>();
    for (String filter : new String[] {"", "&collection=a.*", "&event_type=identity"}) {
      clients.add(StreamClient.open(api.port(), "/api/stream?since=0" + filter, token, null));
    }
    storing.get(60, TimeUnit.SECONDS);
    List<Stored> readable = sink.readable();
    clients.get(0).awaitSeq(readable.getLast().seq(), PATIENCE);
    assertThat(clients.get(0).seqs()).isEqualTo(readable.stream().map(Stored::seq).toList());
    assertSame(clients.get(1), "&collection=a.*");
    assertSame(clients.get(2), "&event_type=identity");
    clients.forEach(StreamClient::close);
  }

  private void assertSame(StreamClient client, String filter) throws Exception {
    List<Long> expected =
        sink.readable().stream().filter(event -> matches(filter, event)).map(Stored::seq).toList();
    client.awaitSeq(expected.getLast(), PATIENCE);
    assertThat(client.seqs()).as(filter).isEqualTo(expected);
  }

  @Test
  void aStreamThatBreaksOffGoesOnAfterItsLastEvent() throws Exception {
    sink.store(500);
    List<Long> seen = new ArrayList<>();
    String last = null;
    while (seen.size() < sink.readable().size()) {
      int before = seen.size();
      try (StreamClient client =
          StreamClient.open(api.port(), "/api/stream?since=0", token, last)) {
        client.awaitCount(
            Math.min(1 + random.nextInt(300), sink.readable().size() - before), PATIENCE);
        seen.addAll(client.seqs());
        last = String.valueOf(seen.getLast());
      }
    }
    assertThat(seen).isEqualTo(sink.readable().stream().map(Stored::seq).toList());
  }

  @Test
  void aStreamWithoutABeginningBringsWhatComesFromNowOn() throws Exception {
    long watermark = sink.watermark();
    try (StreamClient client = StreamClient.open(api.port(), "/api/stream", token, null)) {
      client.awaitLine("retry: ", PATIENCE);
      sink.store(20);
      sink.store(5);
      client.awaitSeq(sink.readable().getLast().seq(), PATIENCE);
      assertThat(client.seqs().getFirst()).isGreaterThan(watermark);
      assertThat(client.seqs())
          .isEqualTo(
              sink.readable().stream().map(Stored::seq).filter(seq -> seq > watermark).toList());
    }
  }

  @Test
  void whoAsksForAStreamsHeadGetsItAlone() throws Exception {
    HttpResponse<byte[]> head =
        api.send("HEAD", "/api/stream?since=0", "Authorization", "Bearer " + token);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
  }

  @Test
  void aStreamEndsWithItsToken() throws Exception {
    try (StreamClient client =
        StreamClient.open(api.port(), "/api/stream?access_token=" + token, null, null)) {
      client.awaitLine("retry: ", PATIENCE);
      new TokenStore(database.dataSource(), TestApi.SECRET).revoke("test");
      client.awaitLine("event: end", PATIENCE);
      client.awaitEnd(PATIENCE);
    }
  }

  @Test
  void theProcessEndsWhileReadersWait() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> waiting =
        CompletableFuture.supplyAsync(() -> get("/api/events?wait=30&since=" + sink.watermark()));
    try (StreamClient client = StreamClient.open(api.port(), "/api/stream", token, null)) {
      client.awaitLine("retry: ", PATIENCE);
      api.close();
      client.awaitEnd(Duration.ofSeconds(4));
      assertThat(waiting.get(4, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<byte[]> get(String path) {
    try {
      return api.get(path, token);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
