package io.skywire.api.answers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompressionsTest {
  @Test
  void beyondTheBoundAnswersGoOutAsTheyAre() {
    Compressions compressions = new Compressions(2);
    Compressions.Compression first = compressions.begin(ContentCoding.ZSTD);
    Compressions.Compression second = compressions.begin(ContentCoding.GZIP);
    assertThat(first.coding()).isEqualTo(ContentCoding.ZSTD);
    assertThat(second.coding()).isEqualTo(ContentCoding.GZIP);
    try (Compressions.Compression third = compressions.begin(ContentCoding.ZSTD)) {
      assertThat(third.coding()).isEqualTo(ContentCoding.IDENTITY);
    }
    // Who was not compressed has given nothing back.
    assertThat(compressions.begin(ContentCoding.ZSTD).coding()).isEqualTo(ContentCoding.IDENTITY);
    first.close();
    assertThat(compressions.begin(ContentCoding.GZIP).coding()).isEqualTo(ContentCoding.GZIP);
  }

  @Test
  void anAnswerThatIsNotCompressedTakesNothing() {
    Compressions compressions = new Compressions(1);
    compressions.begin(ContentCoding.IDENTITY);
    assertThat(compressions.begin(ContentCoding.ZSTD).coding()).isEqualTo(ContentCoding.ZSTD);
  }
}
