package io.skywire.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {
  private static final long GIBIBYTE = 1L << 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef0123456789abcdef",
        "change-me change-me change-me change-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
        "1212121233333333333333333121212121212121"
      })
  void aSecretThatIsEasilyGuessedIsToldAndNotShown(String secret) {
    assertThat(Doctor.secret(new Variables(Map.of("SECRET_KEY_BASE", secret))))
        .hasValueSatisfying(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
          assertThat(finding.words()).contains("openssl rand").doesNotContain(secret);
        });
  }

  /** As openssl makes them; the last is missing, which is told elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5f1c0d6f0f5b1f6f6b8f4e1a9d3c7b20",
        "k0UPFyAEmBCD9oRyTjHRMLlXIfoJ4uHcHBfvIUX65J0yZBvrw0SFlQ/9jmPPdRk3",
        " "
      })
  void aRandomSecretIsWell(String secret) {
    assertThat(Doctor.secret(new Variables(Map.of("SECRET_KEY_BASE", secret)))).isEmpty();
  }

  @Test
  void aDiskThatHasNoRoomForADayIsTold() {
    Finding little = Doctor.disk(Path.of("/data"), 20 * GIBIBYTE - 1);
    assertThat(little.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(little.words()).contains("19 GiB", "/data", "EVENT_RETENTION_DAYS");
    Finding enough = Doctor.disk(Path.of("/data"), 20 * GIBIBYTE);
    assertThat(enough.level()).isEqualTo(Finding.Level.OK);
    assertThat(enough.words())
        .isEqualTo("20 GiB free on that of /data, where `up` keeps topic and table");
  }
}
