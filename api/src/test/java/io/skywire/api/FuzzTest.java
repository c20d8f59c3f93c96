package io.skywire.api;

import io.skywire.api.events.ParametersFuzz;
import io.skywire.embedded.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A few seconds of each fuzzer; {@code SKYWIRE_FUZZ_SECONDS} makes it longer. */
class FuzzTest {
  private static final Path WORK = Path.of("target", "fuzz").toAbsolutePath();

  @Test
  void parameters() throws Exception {
    System.out.println(
        Fuzzer.run(
            ParametersFuzz.class,
            seeds(
                // The first character is the path's number.
                "0since=0&limit=10&event_type=commit",
                "0since=3&wait=20",
                "0since=3&wait=031",
                "0since=9223372036854775807&collection=app.bsky.feed.like&repo=did:plc:abc",
                "0since=1&since=2&limit=%00",
                "1since=0",
                "1since=17&limit=1000",
                "2" + Long.MAX_VALUE,
                "2-1",
                "3since=5&collection=app.bsky.feed.*",
                "3since=5&access_token=t\n17",
                "3\n" + Long.MAX_VALUE,
                "3event_type=sync\n",
                "4minutes=10&by=collection,action&per=total",
                "4minutes=1440&by=type&per=minute&limit=01001",
                "4minutes=1441"),
            WORK));
  }

  @Test
  void databaseUrls() throws Exception {
    System.out.println(
        Fuzzer.run(
            DatabaseUrlFuzz.class,
            seeds(
                "postgresql://user:pass%20word@localhost:5432/skywire?sslmode=require",
                "postgres://u@[::1],two:5433/d", "postgresql://u:p@h:99999/"),
            WORK));
  }

  private static List<byte[]> seeds(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
