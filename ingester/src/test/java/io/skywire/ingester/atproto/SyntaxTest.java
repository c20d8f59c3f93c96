package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles and AT-URIs are left out: an event carries them, but nothing here depends on them. */
class SyntaxTest {
  private static boolean isValid(String kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (kind) {
      case "did" -> Did.isValid(bytes, 0, bytes.length);
      case "nsid" -> Nsid.isValid(bytes, 0, bytes.length);
      case "recordkey" -> RecordKey.isValid(bytes, 0, bytes.length);
      case "tid" -> Tid.isValid(bytes, 0, bytes.length);
      case "datetime" -> Datetime.isValid(bytes, 0, bytes.length);
      case "cid" -> Cid.isText(bytes, 0, bytes.length);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"did", "nsid", "recordkey", "tid", "datetime", "cid"})
  void takesTheValidAndRefusesTheInvalidVectors(String kind) throws Exception {
    List<String> valid = Corpus.syntax(kind + "_syntax_valid");
    List<String> invalid = Corpus.syntax(kind + "_syntax_invalid");
    assertThat(valid).isNotEmpty().allMatch(text -> isValid(kind, text), kind);
    assertThat(invalid).isNotEmpty().noneMatch(text -> isValid(kind, text));
  }
}
