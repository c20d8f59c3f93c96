package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class GapTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00.123Z");
  private static final Gap GAP = new Gap("bsky.network", 5, 9, "the relay skipped", NOON);

  private static RecordHeaders headers() {
    RecordHeaders headers = new RecordHeaders();
    GAP.addTo(headers);
    return headers;
  }

  @Test
  void comesBackFromItsRecord() {
    assertThat(Gap.of(5, NOON.toEpochMilli(), headers())).isEqualTo(GAP);
  }

  @Test
  void aRecordThatTellsOfNoGapIsNone() {
    assertThat(Gap.of(9, 0, headers())).isNull();
    assertThat(Gap.of(-1, 0, headers())).isNull();
    for (String name : new String[] {"relay", "to_seq", "reason"}) {
      RecordHeaders without = headers();
      without.remove(name);
      assertThat(Gap.of(5, 0, without)).as("without " + name).isNull();
    }
    RecordHeaders garbled = headers();
    garbled.add("to_seq", "many".getBytes(StandardCharsets.UTF_8));
    assertThat(Gap.of(5, 0, garbled)).isNull();
  }

  @Test
  void nothingIsBetweenASeqAndItself() {
    assertThatThrownBy(() -> new Gap("r", 7, 7, "", NOON))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
