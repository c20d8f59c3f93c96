package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestDatabase;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.OverloadedException;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.Token;
import io.skywire.common.compression.EventDictionaries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several streams that take in the same history. */
@Timeout(60)
class StreamPagesTest {
  private static final long SEED = System.nanoTime();
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Random random = new Random(SEED);
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger shown = new AtomicInteger();
  private final DatabaseTurns turns = new DatabaseTurns(2, Duration.ofMillis(20));
  private final EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, Duration.ofSeconds(20));
  private TestDatabase database;
  private SinkStandIn sink;
  private EventReader reader;
  private @Nullable SharedPages opened;

  @BeforeEach
  void start() {
    System.out.println("seed " + SEED);
    database = TestDatabase.create();
    sink = new SinkStandIn(database, SEED);
    reader = reader(EventQuery.PAGE_BYTES_MAX);
  }

  private EventReader reader(long pageBytesMax) {
    EventDictionaries dictionaries = new EventDictionaries();
    return new EventReader(
        new EventQuery(
            counted(database.dataSource()), dictionaries, EventQuery.SCAN_MAX, pageBytesMax),
        new EventTail(database.dataSource(), dictionaries),
        memory,
        turns);
  }

  @AfterEach
  void stop() {
    if (opened != null) {
      opened.close();
    }
    database.close();
  }

  @Test
  void aPageIsReadOnceForAllWhoComeByItAndEachGetsEverything() throws Exception {
    sink.store(6_000);
    SharedPages shared = open(LONG);
    assertThat(stream(shared, 0)).isEqualTo(after(0));
    int pages = reads.get();
    // Nothing is read ahead in vain; a machine that is very busy reads a page twice.
    assertThat(pages).isBetween(shown.get(), shown.get() + 3);
    assertThat(stream(shared, 0)).isEqualTo(after(0));
    // Whoever begins between two ends is with the others after one page.
    long between = 1_000L + random.nextInt(900);
    assertThat(stream(shared, between)).isEqualTo(after(between));
    // The first page of the one, and the last of each, which is nobody else's.
    assertThat(reads.get() - pages).isBetween(3, 6);
    assertThat(pages).isGreaterThan(10);
    shared.close();
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  @Test
  void streamsAtTheSameTimeGetEverythingWhereverTheyBegin() throws Exception {
    sink.store(4_000);
    SharedPages shared = open(SharedPages.FRESH_FOR);
    List<Long> begins = new ArrayList<>();
    List<CompletableFuture<List<Long>>> streams = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      long since = number % 3 == 0 ? random.nextInt(4_000) : 0;
      begins.add(since);
      streams.add(CompletableFuture.supplyAsync(() -> stream(shared, since)));
    }
    for (int number = 0; number < streams.size(); number++) {
      assertThat(streams.get(number).get(40, TimeUnit.SECONDS))
          .isEqualTo(after(begins.get(number)));
    }
    shared.close();
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  /** So nobody knows beforehand where the page after the next one begins. */
  @Test
  void streamsGetEverythingWhenPagesEndEarly() throws Exception {
    sink.store(4_000);
    reader = reader(30_000);
    SharedPages shared = open(LONG);
    for (int stream = 0; stream < 3; stream++) {
      long since = stream == 0 ? 0 : random.nextInt(4_000);
      assertThat(stream(shared, since)).isEqualTo(after(since));
    }
    assertThat(shown.get()).isGreaterThan(30);
    shared.close();
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  @Test
  void aPageIsReadInATurnOfTheTokenThatItIsFor() throws Exception {
    sink.store(100);
    SharedPages shared = open(LONG);
    PageRequest request = PageRequest.of(0, PageRequest.LIMIT_MAX, EventFilter.ALL);
    Token token = new Token(1, "token", true, Instant.EPOCH, null, null, EventFilter.ALL, null);
    try (EventMemory.Lease lease = memory.lease(token)) {
      try (DatabaseTurns.Turn _ = turns.take(token.id())) {
        assertThatThrownBy(() -> shared.page(request, lease))
            .isInstanceOf(OverloadedException.class);
        assertThat(reads.get()).isZero();
      }
      assertThat(seqs(text(shared.page(request, lease)))).isEqualTo(after(0));
    }
    turns.take(token.id()).close();
    assertThat(memory.freeBytes()).isEqualTo(EventMemory.BYTES_MAX);
  }

  @Test
  void aPageThatHasBeenReadIsNotShownForLong() throws Exception {
    sink.store(3_000);
    SharedPages shared = open(Duration.ZERO);
    stream(shared, 0);
    int pages = reads.get();
    stream(shared, 0);
    assertThat(reads.get()).isGreaterThan(pages + 2);
  }

  @Test
  void thePagesOfAThinHistoryGrow() throws Exception {
    sink.store(3);
    long far = 5_000_000;
    database.execute("update firehose_events set seq = seq + " + far + " where seq > 1");
    database.watermark(far + 100);
    List<Long> seqs = stream(open(LONG), 0);
    assertThat(seqs).hasSize(3).isSorted();
    assertThat(reads.get()).isLessThan(40);
  }

  @Test
  void aGapInWhichPagesEndIsToldOnce() throws Exception {
    sink.store(3);
    database.execute("update firehose_events set seq = seq + 50000 where seq > 1");
    database.watermark(60_000);
    database.execute(
        "insert into gaps values ('relay', 1, 50000, 'as told', timestamptz '2026-07-01 00:00Z')");
    StringBuilder told = new StringBuilder();
    walk(
        open(LONG),
        0,
        page -> {
          told.append(text(page));
        });
    assertThat(told.toString()).containsOnlyOnce("event: gap");
  }

  private SharedPages open(Duration freshFor) {
    opened = new SharedPages(reader, freshFor);
    return opened;
  }

  private List<Long> after(long since) {
    return sink.readable().stream()
        .map(SinkStandIn.Stored::seq)
        .filter(seq -> seq > since)
        .toList();
  }

  private List<Long> stream(SharedPages shared, long since) {
    List<Long> seqs = Collections.synchronizedList(new ArrayList<>());
    walk(shared, since, page -> seqs.addAll(seqs(text(page))));
    return List.copyOf(seqs);
  }

  static List<Long> seqs(String text) {
    return text.lines()
        .filter(line -> line.startsWith("id: "))
        .map(line -> Long.parseLong(line.substring("id: ".length())))
        .toList();
  }

  static String text(StreamPage page) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      page.bytes().writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    assertThat(page.bytes().length()).isEqualTo(out.size());
    return out.toString(StandardCharsets.UTF_8);
  }

  private void walk(SharedPages shared, long since, Consumer<StreamPage> taker) {
    StreamPages pages = new StreamPages(reader, shared);
    PageRequest next = PageRequest.of(since, PageRequest.LIMIT_MAX, EventFilter.ALL);
    try {
      while (true) {
        StreamPage page;
        try (EventMemory.Lease lease = memory.lease()) {
          page = pages.next(next, lease);
          taker.accept(page);
          shown.incrementAndGet();
        }
        next = next.after(page.maxSeq());
        if (page.isLast()) {
          return;
        }
      }
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Counts connections that are taken: one for each page. */
  private DataSource counted(DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                reads.incrementAndGet();
              }
              try {
                return method.invoke(source, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }
}
