package io.skywire.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GlanceTest {
  private static final Instant NOW = Instant.parse("2026-07-04T03:00:00Z");

  @Test
  void saysThatItIsFineAndHowFarBehind() {
    requireGlance(at(0.3), "ok", null, "It is fine: what can be read is less than 1 s behind");
    requireGlance(at(12.9), "ok", null, "It is fine: what can be read is 12 s behind the relay r");
  }

  @Test
  void aLossOfTheLastDayIsTold() {
    Observation.Gap gap = new Observation.Gap("r", 1, 9, "too old", NOW.minusSeconds(60));
    requireGlance(
        observed(100L, 100L, 0, null, true, new Observation.Gaps(1, List.of(gap))),
        "ok",
        null,
        "It is fine now, but events of r between 1 and 9 were lost on");
  }

  @Test
  void saysWhoIsLate() {
    requireGlance(
        at(31),
        "degraded",
        Glance.Part.INGESTER,
        "It is not fine: what can be read is 31 s behind the relay, more than 30 s;"
            + " the ingester has yet to catch up with the relay");
    requireGlance(
        observed(100L, 900L, 0.2, null, true, none()),
        "degraded",
        Glance.Part.SINK,
        "It is not fine: what can be read is 45 s behind the relay, more than 30 s;"
            + " the sink has yet to store what is in Kafka");
  }

  @Test
  void saysThatEventsAreNotCountedOrCountsNotStored() {
    requireGlance(
        observed(100L, 100L, 0.2, null, true, none(), "no such topic"),
        "degraded",
        Glance.Part.SINK,
        "It is not fine: a sink does not count events or send them on: no such topic");
    requireGlance(
        observed(100L, 100L, 0.2, null, true, none(), "counts are not stored: disk full"),
        "degraded",
        Glance.Part.SINK,
        "It is not fine: a sink does not store counts: disk full");
    requireGlance(
        observed(100L, 100L, 0, "refused", true, none(), "no such topic"),
        "degraded",
        Glance.Part.RELAY,
        "It is not fine: the relay r is not connected: refused");
  }

  @Test
  void saysWhatIsGone() {
    requireGlance(
        observed(100L, 100L, 0, "refused", true, none()),
        "degraded",
        Glance.Part.RELAY,
        "It is not fine: the relay r is not connected: refused");
    requireGlance(
        observed(100L, 100L, 0, null, false, none()),
        "degraded",
        Glance.Part.KAFKA,
        "It is not fine: the sink cannot reach Kafka");
    requireGlance(
        observed(null, 100L, 0, null, true, none()),
        "degraded",
        Glance.Part.SINK,
        "It is not fine: nothing can be read yet");
    Glance away = Glance.of(Health.databaseAway(NOW, "the database cannot be reached; try again"));
    assertThat(away.status()).isEqualTo("down");
    assertThat(away.isDatabaseAway()).isTrue();
    assertThat(away.sentence()).isEqualTo("It is down: the database cannot be reached");
  }

  private static void requireGlance(
      Observation observed, String status, Glance.@Nullable Part where, String sentence) {
    Glance glance = Glance.of(Diagnosis.of(observed));
    assertThat(glance.status()).isEqualTo(status);
    assertThat(glance.where()).isEqualTo(where);
    assertThat(glance.sentence()).startsWith(sentence);
    assertThat(glance.health().path("status").asString()).isEqualTo(status);
    assertThat(glance.isDatabaseAway()).isFalse();
  }

  private static Observation at(double behindSeconds) {
    return observed(100L, 100L, behindSeconds, null, true, none());
  }

  private static Observation.Gaps none() {
    return new Observation.Gaps(0, List.of());
  }

  private static Observation observed(
      @Nullable Long watermark,
      @Nullable Long cursor,
      double behindSeconds,
      @Nullable String relayProblem,
      boolean kafka,
      Observation.Gaps gaps) {
    return observed(watermark, cursor, behindSeconds, relayProblem, kafka, gaps, null);
  }

  private static Observation observed(
      @Nullable Long watermark,
      @Nullable Long cursor,
      double behindSeconds,
      @Nullable String relayProblem,
      boolean kafka,
      Observation.Gaps gaps,
      @Nullable String streamsProblem) {
    return new Observation(
        NOW,
        watermark,
        watermark == null ? null : NOW.minusSeconds(45),
        new Observation.Ingester(
            "r",
            cursor,
            relayProblem == null,
            NOW.minusSeconds(45),
            behindSeconds,
            relayProblem,
            NOW),
        NOW,
        1,
        kafka,
        null,
        null,
        new Observation.Streams(true, streamsProblem),
        new Observation.DeadLetters(null, null),
        new Observation.Retention(1L, 0, null, null),
        gaps);
  }
}
