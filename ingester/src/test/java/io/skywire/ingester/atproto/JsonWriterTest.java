package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What is written is the same wherever the buffer ends, and nothing goes beyond the limit. */
class JsonWriterTest {
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final JsonMapper JSON = JsonMapper.shared();

  private static final byte[] BYTES = new byte[36];
  private static final byte[] TEXT = utf8("a\u0001\u0002bcdefghi\"jé".repeat(2));

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private interface Piece {
    void write(JsonWriter json) throws MalformedFrameException;
  }

  private static final List<Piece> PIECES =
      List.of(
          json -> json.raw(new byte[40]),
          json -> json.raw('x'),
          json -> json.bool(false),
          json -> json.number(Long.MIN_VALUE),
          json -> json.number(-1_234_567_890_123_456_789L),
          json -> json.unsigned(-1),
          json -> json.negative(-1),
          json -> json.number(-Double.MAX_VALUE),
          json -> json.cid(BYTES, 0, 36),
          json -> json.cid(BYTES, 0, 5),
          json -> json.base64(BYTES, 0, 36),
          json -> json.base64(BYTES, 0, 35),
          json -> json.again(40, 90),
          json -> json.plain("did:plc:abcdefgh"),
          json -> json.text(TEXT, 0, TEXT.length),
          json -> json.text("\u0001\u0002\u0003abc"));

  @Test
  void aPieceIsTheSameWhereverTheBufferEnds() throws Exception {
    for (Piece piece : PIECES) {
      byte[] expected = piece(piece, 200);
      for (int before = BUFFER_BYTES - 200; before <= BUFFER_BYTES; before++) {
        assertThat(piece(piece, before)).as("after %d", before).isEqualTo(expected);
      }
    }
  }

  private static byte[] piece(Piece piece, int before) throws MalformedFrameException {
    JsonWriter json = new JsonWriter();
    json.limit(FrameDecoder.JSON_BYTES_MAX);
    json.raw(new byte[before - 16]);
    json.raw(new byte[16]);
    piece.write(json);
    byte[] all = json.toByteArray();
    return Arrays.copyOfRange(all, before, all.length);
  }

  @Test
  void aPieceFitsIntoALittleMoreThanItTakes() throws Exception {
    for (Piece piece : PIECES) {
      int length = piece(piece, 200).length;
      JsonWriter json = new JsonWriter();
      json.limit(100 + length + 50);
      json.raw(new byte[100]);
      piece.write(json);
      assertThat(json.size()).isEqualTo(100 + length);
    }
  }

  @Test
  void nothingGoesBeyondTheLimit() {
    for (Piece piece : PIECES) {
      for (int limit = 200; limit > 100; limit--) {
        JsonWriter json = new JsonWriter();
        json.limit(limit);
        Throwable refused =
            catchThrowable(() -> {
              json.raw(new byte[100 - 16]);
              piece.write(json);
            });
        if (refused != null) {
          assertThat(refused)
              .isInstanceOfSatisfying(
                  MalformedFrameException.class,
                  tooLarge -> assertThat(tooLarge.reason()).isEqualTo(DropReason.TOO_LARGE));
        }
        assertThat(json.size()).isLessThanOrEqualTo(limit);
      }
    }
    JsonWriter json = new JsonWriter();
    json.limit(100);
    assertThatThrownBy(() -> json.raw(new byte[100])).isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void anUnsignedAndANegativeNumberBeginAtTheirEnds() throws Exception {
    JsonWriter json = new JsonWriter();
    json.unsigned(0);
    json.raw(',');
    json.negative(0);
    assertThat(json.toByteArray()).asString(StandardCharsets.US_ASCII).isEqualTo("0,-1");
  }

  @Test
  void textIsTheSameWhereverWhatIsSpecialStands() throws Exception {
    String plain = "abcdefghijklmnopqrstuv";
    for (String special : List.of("\"", "\\", "\n", "\u0001", "\u001f", "é", "€", "\ud83e\udd8b")) {
      for (int at = 0; at <= plain.length(); at++) {
        byte[] all = utf8(plain.substring(0, at) + special + plain.substring(at));
        int end = at + utf8(special).length;
        for (int from = 0; from <= at; from++) {
          for (int to : new int[] {end, Math.min(end + 1, all.length), all.length}) {
            assertText(all, from, to);
          }
          // Just behind the end it is none of the text's.
          assertText(all, from, at);
        }
      }
    }
  }

  private static void assertText(byte[] all, int from, int to) throws MalformedFrameException {
    JsonWriter json = new JsonWriter();
    json.text(all, from, to);
    String expected = new String(all, from, to - from, StandardCharsets.UTF_8);
    assertThat(JSON.readValue(json.toByteArray(), String.class))
        .as("%d to %d of %s", from, to, new String(all, StandardCharsets.UTF_8))
        .isEqualTo(expected);
  }
}
