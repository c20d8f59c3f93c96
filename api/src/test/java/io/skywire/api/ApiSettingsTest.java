package io.skywire.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiSettingsTest {
  private static final String URL = "postgresql://user:password@localhost:5432/skywire";

  private static ApiSettings with(String... namesAndValues) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DATABASE_URL", URL);
    variables.put("SECRET_KEY_BASE", TestApi.SECRET);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ApiSettings.from(new Variables(variables));
  }

  @Test
  void defaultsAreThoseThatTheReadmeTells() {
    ApiSettings settings = with();
    assertThat(settings.port()).isEqualTo(4000);
    assertThat(settings.bind().getHostAddress()).isEqualTo("0.0.0.0");
    assertThat(settings.migrate()).isTrue();
    assertThat(settings.connections()).isEqualTo(10);
    assertThat(settings.requestsPerMinute()).isEqualTo(60_000);
    assertThat(settings.streams()).isEqualTo(1_000);
    assertThat(settings.streamsPerToken()).isEqualTo(250);
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsGivenUpAfterFifteenSeconds() {
    try (HikariDataSource database =
        new ApiConfiguration().database(with(), new SimpleMeterRegistry())) {
      assertThat(database.getDataSourceProperties()).containsEntry("socketTimeout", "15");
    }
  }

  @Test
  void everyVariableIsRead() {
    ApiSettings settings =
        with(
            "PORT", "1",
            "SKYWIRE_BIND", "127.0.0.1",
            "SKYWIRE_MIGRATE", "false",
            "SKYWIRE_API_CONNECTIONS", "2",
            "SKYWIRE_API_REQUESTS_PER_MINUTE", "3",
            "SKYWIRE_API_STREAMS", "4",
            "SKYWIRE_API_STREAMS_PER_TOKEN", "5");
    assertThat(settings.port()).isEqualTo(1);
    assertThat(settings.bind().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(settings.migrate()).isFalse();
    assertThat(settings.connections()).isEqualTo(2);
    assertThat(settings.requestsPerMinute()).isEqualTo(3);
    assertThat(settings.streams()).isEqualTo(4);
    assertThat(settings.streamsPerToken()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "4, 4", "8, 4", "16, 4", "20, 5", "8000, 2000"})
  void aTokenMayHaveAQuarterOfAllStreamsButAFew(String streams, int perToken) {
    assertThat(with("SKYWIRE_API_STREAMS", streams).streamsPerToken()).isEqualTo(perToken);
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, 65536, 0 to 65535",
    "SKYWIRE_API_CONNECTIONS, 1, 2 to 1000",
    "SKYWIRE_API_REQUESTS_PER_MINUTE, 0, 1 to 2147483647",
    "SKYWIRE_API_STREAMS, 8001, 1 to 8000",
    "SKYWIRE_API_STREAMS_PER_TOKEN, 0, 1 to 8000",
    "SKYWIRE_API_STREAMS_PER_TOKEN, many, 1 to 8000"
  })
  void whatDoesNotFitIsNamed(String name, String value, String expected) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(name, "'" + value + "'", expected);
  }
}
