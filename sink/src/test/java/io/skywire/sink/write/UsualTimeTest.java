package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsualTimeTest {
  @Test
  void anyInstantIsReadAsTheLibraryReadsIt() {
    Random random = new Random(7);
    Instant first = Instant.parse("0000-01-01T00:00:00Z");
    Instant last = Instant.parse("9999-12-31T23:59:59Z");
    for (int run = 0; run < 100_000; run++) {
      long second = random.nextLong(first.getEpochSecond(), last.getEpochSecond() + 1);
      String written = Instant.ofEpochSecond(second).toString();
      int digits = random.nextInt(10);
      if (digits > 0) {
        String fraction = "%09d".formatted(random.nextInt(1_000_000_000)).substring(0, digits);
        written = written.replace("Z", "." + fraction + "Z");
      }
      assertThat(UsualTime.micros(written)).as(written).isEqualTo(library(written));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-07-04",
        "2026-07-04T14:38Z",
        "2026-07-04T14:38:09",
        "2026-07-04T14:38:09.Z",
        "2026-07-04T14:38:09.0123456789Z",
        "2026-07-04T14:38:09+00:00",
        "2026-07-04T24:00:00Z",
        "2026-07-04T14:60:00Z",
        "2026-07-04T14:38:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-07-00T00:00:00Z",
        "2026-07-04t14:38:09z",
        "2026/07/04T14:38:09Z",
        "2026-07-04T14:38:09,5Z",
        "-026-07-04T14:38:09Z",
        "+026-07-04T14:38:09Z",
        "2026-07-04T14:38:0\u0669Z"
      })
  void whatIsWrittenOtherwiseIsLeftToTheLibrary(String time) {
    assertThat(UsualTime.micros(time)).isNull();
  }

  private static long library(String time) {
    Instant instant = OffsetDateTime.parse(time).toInstant();
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }
}
