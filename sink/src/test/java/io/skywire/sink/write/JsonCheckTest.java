package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.sink.SinkDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** PostgreSQL's own {@code json} is asked too: both must say the same. */
class JsonCheckTest {
  private static final List<String> GOOD =
      List.of(
          "{}",
          " {\"a\": [1, -2.5e10, true, false, null, \"x\"]} ",
          "\"text\"",
          "{\"a\":1,\"a\":2}",
          "\"\\u0000\\ud800\"",
          "\"\ud83d\ude00\"",
          "1" + "0".repeat(5_000),
          "\"" + "x".repeat(3_000_000) + "\"",
          "[".repeat(1_000) + "]".repeat(1_000));

  private static final List<String> BAD =
      List.of(
          "",
          " ",
          "{",
          "{}{}",
          "{} x",
          "{\"a\":}",
          "{\"a\" 1}",
          "{a:1}",
          "[1,]",
          "[01]",
          "[+1]",
          "[1.]",
          "[NaN]",
          "[Infinity]",
          "'x'",
          "tru",
          "\"\\x\"",
          "\"\\u00g0\"",
          "\"\u0001\"",
          "\"",
          "/**/{}",
          "[".repeat(500_000) + "]".repeat(500_000));

  @Test
  void whatIsJsonToPostgresIsJson() throws SQLException {
    for (String good : GOOD) {
      assertThat(JsonCheck.flaw(bytes(good))).as(head(good)).isNull();
      assertThat(isJsonToPostgres(good)).as(head(good)).isTrue();
    }
  }

  @Test
  void whatIsNotIsNot() throws SQLException {
    for (String bad : BAD) {
      assertThat(JsonCheck.flaw(bytes(bad))).as(head(bad)).isNotBlank();
      assertThat(isJsonToPostgres(bad)).as(head(bad)).isFalse();
    }
  }

  @Test
  void whatIsNotUtf8IsNot() {
    for (int[] wrong :
        new int[][] {{0x80}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}, {0xf5, 0x80, 0x80, 0x80}, {0xe2}}) {
      byte[] json = bytes("\"" + "?".repeat(wrong.length) + "\"");
      for (int at = 0; at < wrong.length; at++) {
        json[1 + at] = (byte) wrong[at];
      }
      assertThat(JsonCheck.flaw(json)).as("%x", wrong[0]).isNotBlank();
    }
  }

  private static boolean isJsonToPostgres(String text) throws SQLException {
    try (SinkDatabase database = SinkDatabase.empty();
        Connection connection = database.pool().getConnection();
        PreparedStatement select = connection.prepareStatement("select ?::json is not null")) {
      select.setString(1, text);
      select.executeQuery().close();
      return true;
    } catch (SQLException refused) {
      if (SqlStates.isAboutTheData(refused)) {
        return false;
      }
      throw refused;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String head(String text) {
    return text.substring(0, Math.min(text.length(), 40));
  }
}
