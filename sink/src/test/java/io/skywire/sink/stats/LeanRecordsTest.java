package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeanRecordsTest {
  private static final byte[] JSON = TestEvents.utf8("{}");

  private LeanRecords lean = new LeanRecords(Routes.NONE);

  @Test
  void whatNobodyReadsIsTakenOff() {
    assertThat(value(JSON, "event_type", "commit", "ops", "create a.b.c", "collections", "a.b.c"))
        .isEmpty();
    assertThat(value(JSON, "event_type", "identity")).isEmpty();
  }

  @Test
  void whatIsReadStays() {
    lean = new LeanRecords(Routes.from(new Variables(Map.of("SKYWIRE_ROUTES", "a.b.*=t"))));
    assertThat(value(JSON, "event_type", "commit", "ops", "", "collections", "x.y.z,a.b.c"))
        .isEqualTo(JSON);
    assertThat(value(JSON, "event_type", "commit", "ops", "", "collections", "x.y.z")).isEmpty();
  }

  @Test
  void whatAnOlderIngesterHasNotSaidOfOpsIsReadBeforeItIsTakenOff() {
    byte[] json =
        TestEvents.utf8(
            """
            {"seq":1,"record":{"ops":[{"action":"create","collection":"a.b.c"},
            {"action":"delete","collection":"a.b.d"},{"action":"create","collection":"a.b.c"}]}}\
            """);
    assertThat(ops(json)).isEqualTo("create a.b.c 2,delete a.b.d");
    assertThat(value(json, "event_type", "commit")).isEmpty();
    assertThat(ops(TestEvents.utf8("{\"seq\":"))).isEmpty();
  }

  private String ops(byte[] json) {
    Headers headers = headers("event_type", "commit");
    lean.deserialize(Topics.EVENTS, headers, ByteBuffer.wrap(json));
    return new String(headers.lastHeader("ops").value(), StandardCharsets.UTF_8);
  }

  /** By its having none, a watermark is told from an event. */
  @Test
  void whatHasNoValueHasNone() {
    assertThat(
            lean.deserialize(Topics.EVENTS, headers("event_type", "watermark"), (ByteBuffer) null))
        .isNull();
  }

  @Test
  void recordsOfOtherTopicsStay() {
    assertThat(
            lean.deserialize("skywire-stats-parts-repartition", headers(), ByteBuffer.wrap(JSON)))
        .isEqualTo(JSON);
  }

  private byte @Nullable [] value(byte[] json, String... headers) {
    return lean.deserialize(Topics.EVENTS, headers(headers), ByteBuffer.wrap(json));
  }

  private static Headers headers(String... namesAndValues) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      all.add(namesAndValues[i], TestEvents.utf8(namesAndValues[i + 1]));
    }
    return all;
  }
}
