package io.skywire.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.events.ParametersFuzz;
import io.skywire.embedded.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A few seconds of each fuzzer; {@code SKYWIRE_FUZZ_SECONDS} makes it longer. What each begins with
 * is taken or refused as it should be: a fuzzer of a target that refuses everything finds nothing.
 */
class ApiFuzzTest {
  private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();

  // The first character is the path's number.
  private static final List<String> PARAMETERS =
      List.of(
          "0since=0&limit=10&event_type=commit",
          "0since=3&wait=20",
          "0since=3&wait=031",
          "0since=9223372036854775807&collection=app.bsky.feed.like&repo=did:plc:abc",
          "1since=0",
          "1since=17&limit=1000",
          "2" + Long.MAX_VALUE,
          "3since=5&collection=app.bsky.feed.*",
          "3since=5&access_token=t\n17",
          "3\n" + Long.MAX_VALUE,
          "3event_type=sync\n",
          "4minutes=10&by=collection,action&per=total",
          "4minutes=1440&by=type&per=minute&limit=01001",
          "4minutes=2&to=2026-07-04T14:39:00Z");

  private static final List<String> WRONG_PARAMETERS =
      List.of(
          "0",
          "0since=1&since=2",
          "0since=1&limit=%00",
          "0since=3&wait=-1",
          "0since=9223372036854775808",
          "1since=x",
          "2-1",
          "2",
          "3since=5&collection=app.*.feed",
          "3\n-1",
          "4minutes=1441",
          "4by=day",
          "4to=2026-07-04T14:39:01Z");

  private static final List<String> DATABASE_URLS =
      List.of(
          "postgresql://user:pass%20word@localhost:5432/skywire?sslmode=require",
          "postgres://u@[::1]:5433/d", "postgres://u:p@a,[::1]:5433,b:1/d");

  private static final List<String> WRONG_DATABASE_URLS =
      List.of(
          "",
          "mysql://u:p@h/d",
          "postgresql://u:p@h:99999/",
          "postgresql://u:%zz@h/d",
          "postgresql://h/d");

  @Test
  void parametersToBeginWithAreTakenOrRefused() throws Exception {
    for (byte[] input : seeds(PARAMETERS)) {
      assertThat(ParametersFuzz.isTaken(input)).as(text(input)).isTrue();
    }
    for (byte[] input : seeds(WRONG_PARAMETERS)) {
      assertThat(ParametersFuzz.isTaken(input)).as(text(input)).isFalse();
    }
  }

  @Test
  void parameters() throws Exception {
    System.out.println(Fuzzer.run(ParametersFuzz.class, seeds(PARAMETERS, WRONG_PARAMETERS), WORK));
  }

  @Test
  void databaseUrlsToBeginWithAreTakenOrRefused() {
    for (byte[] input : seeds(DATABASE_URLS)) {
      assertThat(DatabaseUrlFuzz.isTaken(input)).as(text(input)).isTrue();
    }
    for (byte[] input : seeds(WRONG_DATABASE_URLS)) {
      assertThat(DatabaseUrlFuzz.isTaken(input)).as(text(input)).isFalse();
    }
  }

  @Test
  void databaseUrls() throws Exception {
    System.out.println(
        Fuzzer.run(DatabaseUrlFuzz.class, seeds(DATABASE_URLS, WRONG_DATABASE_URLS), WORK));
  }

  private static List<byte[]> seeds(List<String> taken, List<String> refused) {
    return Stream.concat(seeds(taken).stream(), seeds(refused).stream()).toList();
  }

  private static List<byte[]> seeds(List<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }
}
