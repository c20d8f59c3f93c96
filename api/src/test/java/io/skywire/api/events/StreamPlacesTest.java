package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.problems.OverloadedException;
import io.skywire.api.problems.TooManyRequestsException;
import io.skywire.api.tokens.TokenStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamPlacesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void aTokenHasItsPlacesAndAllTogetherHaveTheirs() {
    StreamPlaces places = new StreamPlaces(3, 2);
    StreamPlaces.Place first = places.take(1);
    StreamPlaces.Place second = places.take(1);
    assertThatThrownBy(() -> places.take(1))
        .isInstanceOf(TooManyRequestsException.class)
        .hasMessage("this token may have 2 streams at the same time");
    StreamPlaces.Place others = places.take(2);
    assertThatThrownBy(() -> places.take(2)).isInstanceOf(OverloadedException.class);
    first.close();
    // Who was refused has taken nothing.
    places.take(2).close();
    first = places.take(1);
    others.close();
    second.close();
    first.close();
    for (int token = 3; token < 6; token++) {
      places.take(token);
    }
  }

  @Test
  void aTokenWithAllItsStreamsIsToldAndOthersAreServed() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      Map<String, String> variables = new HashMap<>(TestApi.variables(database.url()));
      variables.put("SKYWIRE_API_STREAMS", "3");
      variables.put("SKYWIRE_API_STREAMS_PER_TOKEN", "2");
      TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
      String greedy = tokens.create("greedy");
      String other = tokens.create("other");
      String late = tokens.create("late");
      try (TestApi api = new TestApi(variables);
          StreamClient first = open(api, greedy)) {
        first.awaitLine("retry: ", PATIENCE);
        try (StreamClient second = open(api, greedy)) {
          second.awaitLine("retry: ", PATIENCE);
          HttpResponse<byte[]> refused = api.get("/api/stream?since=0", greedy);
          assertThat(refused.statusCode()).isEqualTo(429);
          assertThat(refused.headers().firstValue("Content-Type"))
              .hasValue("application/problem+json");
          assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
              .isBetween(1L, 60L);
          assertThat(TestApi.json(refused).get("error").asString()).contains("2 streams");
          try (StreamClient others = open(api, other)) {
            others.awaitLine("retry: ", PATIENCE);
            assertThat(api.get("/api/stream?since=0", late).statusCode()).isEqualTo(503);
          }
        }
        requireRoom(api, greedy, new SinkStandIn(database, 1));
      }
    }
  }

  /** A stream finds out that its client has gone when it has something to say. */
  private static void requireRoom(TestApi api, String token, SinkStandIn sink) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.multipliedBy(2).toNanos();
    int status = 0;
    while (status != 200) {
      assertThat(System.nanoTime()).as("%d", status).isLessThan(deadline);
      sink.store(1);
      TimeUnit.MILLISECONDS.sleep(100);
      status =
          api.send("HEAD", "/api/stream?since=0", "Authorization", "Bearer " + token).statusCode();
    }
  }

  private static StreamClient open(TestApi api, String token) throws Exception {
    return StreamClient.open(api.port(), "/api/stream?since=0", token, null);
  }
}
