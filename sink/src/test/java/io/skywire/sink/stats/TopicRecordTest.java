package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRecordTest {
  private static final int BYTES_MAX = 64 * 1024;

  @ParameterizedTest
  @CsvSource({"0,0", "7,7", "1029384756,1029384756", "9007199254740991,9007199254740991"})
  void aSeqIsReadToItsLastDigit(String digits, long seq) {
    assertThat(TopicRecord.seq(headers(digits), "watermark")).isEqualTo(seq);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1:", "/1", " 1", "10000000000000000"})
  void whatIsNoSeqIsMinusOne(String text) {
    assertThat(TopicRecord.seq(headers(text), "watermark")).isEqualTo(-1);
    assertThat(TopicRecord.seq(new RecordHeaders(), "watermark")).isEqualTo(-1);
  }

  @Test
  void aTextIsNoLongerThanAnEvents() {
    String longest = "x".repeat(BYTES_MAX);
    assertThat(TopicRecord.text(headers(longest), "watermark")).isEqualTo(longest);
    assertThat(TopicRecord.text(headers(longest + "x"), "watermark")).isNull();
    assertThat(TopicRecord.text(new RecordHeaders(), "watermark")).isNull();
  }

  private static RecordHeaders headers(String watermark) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("watermark", TestEvents.utf8(watermark));
    return headers;
  }
}
