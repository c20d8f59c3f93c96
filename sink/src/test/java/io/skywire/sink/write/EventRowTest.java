package io.skywire.sink.write;

import static io.skywire.sink.write.PolledRecords.INDEXED_AT;
import static io.skywire.sink.write.PolledRecords.batch;
import static io.skywire.sink.write.PolledRecords.before;
import static io.skywire.sink.write.PolledRecords.event;
import static io.skywire.sink.write.PolledRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a record becomes, in the columns of its row. */
class EventRowTest {
  @Test
  void aRowIsTheRecordsKeyHeadersAndBytes() {
    EventBatch batch =
        batch(
            before(10, null),
            12,
            record(
                10,
                77L,
                "{}",
                "event_type",
                "commit",
                "repo",
                "did:plc:a",
                "collections",
                "a.b.c,d.e.f",
                "time",
                "2026-07-04T14:38:08.999Z"));
    assertThat(batch.rows()).hasSize(1);
    EventRow row = batch.rows().getFirst().row();
    assertThat(row.seq()).isEqualTo(77);
    assertThat(row.eventType()).asString(StandardCharsets.UTF_8).isEqualTo("commit");
    assertThat(row.repo()).asString(StandardCharsets.UTF_8).isEqualTo("did:plc:a");
    assertThat(row.collections()).containsExactly("a.b.c", "d.e.f");
    assertThat(row.time()).isEqualTo(1_783_175_888_999_000L);
    assertThat(row.indexedAt()).isEqualTo(INDEXED_AT);
    assertThat(row.json()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
  }

  @Test
  void aTimeThatPostgresCannotHoldIsNull() {
    for (String time : List.of("yesterday", "2026-13-01T00:00:00Z", "-5000-01-01T00:00:00Z", "")) {
      EventBatch batch =
          batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "x", "time", time));
      assertThat(batch.rows().getFirst().row().time()).as(time).isNull();
    }
  }

  @Test
  void anEventWithoutATimeOrARepoHasNone() {
    EventRow row = batch(before(0, null), 1, event(0, 77, null)).rows().getFirst().row();
    assertThat(row.time()).isNull();
    assertThat(row.repo()).isNull();
    assertThat(row.collections()).isEmpty();
  }

  @Test
  void aTimeOfAnyZoneIsAnInstantInMicroseconds() {
    Map.of(
            "2026-07-04T16:38:08.999+02:00", 1_783_175_888_999_000L,
            "2026-07-04T14:38:08.123456789Z", 1_783_175_888_123_456L,
            "2026-07-04T16:38:08.123456789+02:00", 1_783_175_888_123_456L,
            "2026-07-04T14:38:08.9990000000001Z", 1_783_175_888_999_000L,
            "2026-07-05T14:37:08.999+23:59", 1_783_175_888_999_000L,
            "-4712-01-01T00:00:00Z", -210_863_520_000_000_000L)
        .forEach((time, micros) -> {
          EventBatch batch =
              batch(before(0, null), 1, record(0, 1L, "{}", "event_type", "x", "time", time));
          assertThat(batch.rows().getFirst().row().time()).as(time).isEqualTo(micros);
        });
  }
}
