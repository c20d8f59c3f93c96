package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RareTimeTest {
  private static final int ZONE_MINUTES_MAX = 18 * 60;

  @Test
  void whatTheLibraryWritesIsReadAsItWasMeant() {
    Random random = new Random(7);
    long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int run = 0; run < 20_000; run++) {
      int zone = random.nextInt(-ZONE_MINUTES_MAX, ZONE_MINUTES_MAX + 1);
      OffsetDateTime written =
          Instant.ofEpochSecond(random.nextLong(first, last + 1), random.nextInt(1_000_000_000))
              .atOffset(ZoneOffset.ofTotalSeconds(60 * zone));
      assertThat(RareTime.parse(written.toString()))
          .as(written.toString())
          .isEqualTo(written.toInstant());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-04T14:38:08.1234567890Z, 2026-07-04T14:38:08.123456789Z",
    "2026-07-04T14:38:08.12345678999999999999Z, 2026-07-04T14:38:08.123456789Z",
    "2026-07-04T14:38:08.9990000000001+02:00, 2026-07-04T12:38:08.999Z",
    "2026-07-05T14:37:08+23:59, 2026-07-04T14:38:08Z",
    "2026-07-03T14:39:08.5-23:59, 2026-07-04T14:38:08.5Z",
    "2026-07-04T14:38:08+18:01, 2026-07-03T20:37:08Z",
    "0000-01-01T00:00:00-23:59, 0000-01-01T23:59:00Z"
  })
  void whatTheProtocolAllowsBeyondItIsReadToo(String written, Instant meant) {
    assertThat(RareTime.parse(written)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday, at half past ten in the morning",
        "2026-07-04T14:38:09",
        "2026-07-04T14:38:09.12345678901x",
        "2026-07-04T14:38:09.1234567890123",
        "2026-07-04T14:38:09123Z",
        "2026-07-04T14:38:60.0000000000Z",
        "2026-02-29T00:00:00.0000000000Z",
        "2026-07-04T14:38:09+24:00",
        "2026-07-04T14:38:09+23:60",
        "2026-07-04T14:38:09.\u0661234567890Z"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> RareTime.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
