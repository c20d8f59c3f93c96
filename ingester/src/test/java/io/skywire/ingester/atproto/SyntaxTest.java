package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles and AT-URIs are left out: an event carries them, but nothing here depends on them. */
class SyntaxTest {
  /** As much of a frame before the text as no text may be long. */
  private static final String BEFORE = "a".repeat(3_000);

  /** Whatever comes behind it, and when nothing does. */
  private static boolean isValid(String kind, String text) {
    boolean valid = isValid(kind, text, "a.a");
    assertThat(isValid(kind, text, " a ")).as(text).isEqualTo(valid);
    assertThat(isValid(kind, text, "")).as(text).isEqualTo(valid);
    return valid;
  }

  private static boolean isValid(String kind, String text, String behind) {
    byte[] bytes = (BEFORE + text + behind).getBytes(StandardCharsets.UTF_8);
    int from = BEFORE.length();
    int to = bytes.length - behind.length();
    return switch (kind) {
      case "did" -> Did.isValid(bytes, from, to);
      case "nsid" -> Nsid.isValid(bytes, from, to);
      case "recordkey" -> RecordKey.isValid(bytes, from, to);
      case "tid" -> Tid.isValid(bytes, from, to);
      case "datetime" -> Datetime.isValid(bytes, from, to);
      case "cid" -> Cid.isText(bytes, from, to);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @Test
  void lengthsAreBounded() {
    String segment = "a".repeat(63) + ".";
    requireLongest("did", "did:plc:" + "a".repeat(2_048 - 8));
    requireLongest("nsid", segment.repeat(4) + "a".repeat(317 - 4 * 64));
    requireLongest("nsid", "a." + segment + "a".repeat(63));
    requireLongest("recordkey", "a".repeat(512));
    String time = "2023-01-01T00:00:00." + "1".repeat(64 - 21);
    assertThat(isValid("datetime", time + "Z")).isTrue();
    assertThat(isValid("datetime", time + "1Z")).isFalse();
  }

  private static void requireLongest(String kind, String text) {
    assertThat(isValid(kind, text)).as("%s of %d", kind, text.length()).isTrue();
    assertThat(isValid(kind, text + "a")).as("a longer %s", kind).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T00:00:00Z, true",
    "2023-02-29T00:00:00Z, false",
    "2000-02-29T00:00:00Z, true",
    "1900-02-29T00:00:00Z, false",
    "2023-02-28T23:59:59Z, true",
    "2023-04-30T00:00:00Z, true",
    "2023-04-31T00:00:00Z, false",
    "2023-12-31T00:00:00Z, true",
    "2023-12-32T00:00:00Z, false",
    "0000-01-01T00:00:00+00:01, false",
    "0000-01-01T00:00:00+00:00, true",
    "0000-01-01T00:00:00-00:01, true",
    "0000-01-02T00:00:00+00:01, true",
    "0001-01-01T00:00:00+00:01, true",
    "2023-01-01T00:00:00+23:59, true",
    "2023-01-01T00:00:00+24:00, false",
    "2023-01-01T00:00:00+23:60, false",
    "2023-01-01T00:00:00*01:00, false",
    "2023-01-01T00:00:00-00:00, false",
    "2023-01-01T00:00:00.1-01:00, true",
    "2023-01-01T00:00:00.Z, false",
    "2023-01-01T00:00:00.1, false",
    "2023-01-01T00:00:00X, false",
    "2023-01-01T00:00:00+0100, false",
    "2023-01-01T00:00:00+01-00, false",
    "2023-01-01T00:00:00+01:0, false",
    "2023-01-01T00:00:00, false",
    "2023 01-01T00:00:00Z, false",
    "2023-01 01T00:00:00Z, false",
    "2023-01-01 00:00:00Z, false",
    "2023-01-01T00 00:00Z, false",
    "2023-01-01T00:00 00Z, false"
  })
  void aDatetimeIsOneThatExists(String text, boolean exists) {
    assertThat(isValid("datetime", text)).isEqualTo(exists);
  }

  @Test
  void aDidHasAMethodAndAnIdentifier() {
    requireValid("did", "did:a:b", "did:plc:Az09", "did:web:a.b", "did:web:a%3A1:b-c_d");
    requireInvalid(
        "did", "", "d", "did", "did:", "did:a", "did:a:", "did::b", "did:abc", "did:abcd");
    requireInvalid("did", "Did:a:b", "dId:a:b", "diD:a:b", "did.a:b", "did:A:b", "did:a1:b");
    requireInvalid("did", "did:a:b:", "did:a:b%", "did:a:b/c", "did:a:b#c", "did:a:/b", "did:a.b");
    requireInvalid("did", "did:a:\"b", "did:a:b\\c", "did:a:b\n");
    requireInvalid("did", "did:a:@", "did:a:[", "did:a:`", "did:a:{", "did:a:\u00e9", "did:a:b c");
  }

  @Test
  void anNsidIsADomainOfTwoSegmentsAndAName() {
    requireValid("nsid", "a.b.c", "com.example.fooBar9", "a-b.9-c.d", "a.9.c", "a.b.c.d");
    requireInvalid("nsid", "", "a", "a.b", ".a.b", "a..b.c", "a.b.", "a.b.c.", "..", "9a.b.c");
    requireInvalid("nsid", "a.b.9c", "a.b.c-d", "-a.b.c", "a-.b.c", "a.-b.c", "a.b-.c", "a.b.-");
    requireInvalid("nsid", "a.b_.c", "a.b.c ", "a/b.c.d", "a.b.\u00e9");
  }

  @Test
  void aRecordKeyIsOfACharacterAtLeastAndNoFolder() {
    requireValid(
        "recordkey", "a", "9", "Z", ".a", "a.", "...", "~", "_", "-", ":", "3jzfcijpj2z2a");
    requireInvalid(
        "recordkey", "", ".", "..", "a/b", "/", "a b", "#", "@", "[", "`", "{", "\u00e9");
  }

  private static void requireValid(String kind, String... texts) {
    assertThat(texts).allMatch(text -> isValid(kind, text), kind);
  }

  private static void requireInvalid(String kind, String... texts) {
    assertThat(texts).noneMatch(text -> isValid(kind, text));
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
