package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;

/** What holds of every answer of the decoder, whatever the frame. */
final class Answers {
  private Answers() {}

  static Decoded check(Decoded decoded) {
    switch (decoded) {
      case Event event -> {
        JsonNode json = Corpus.JSON.readTree(event.json());
        assertThat(json.get("seq").asLong()).isEqualTo(event.seq()).isPositive();
        assertThat(json.get("event_type").asString()).isEqualTo(event.type());
      }
      case Drop drop ->
          assertThat(drop.detail())
              .isNotBlank()
              .hasSizeLessThanOrEqualTo(300)
              .matches("[^\\p{Cntrl}]*")
              .containsPattern("header|body|byte|frame");
      case Info info -> assertThat(info.name()).isNotNull();
      case RelayError error -> assertThat(error.error()).isNotNull();
    }
    return decoded;
  }
}
