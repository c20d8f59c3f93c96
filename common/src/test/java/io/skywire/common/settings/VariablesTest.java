package io.skywire.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private static Variables variables(String name, String value) {
    return new Variables(Map.of(name, value));
  }

  @Test
  void anAbsentOrEmptyVariableHasItsDefault() {
    assertThat(variables("OTHER", "1").count("N", 7, 1, 10)).isEqualTo(7);
    assertThat(variables("N", " ").count("N", 7, 1, 10)).isEqualTo(7);
    assertThat(variables("N", "").flag("N", true)).isTrue();
    assertThat(variables("N", "").millis("N", 5, 1, 10)).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void aWrongValueIsNamedWithTheVariableAndWhatWouldBeRight() {
    for (String wrong : new String[] {"x", "0", "11", "1.5", "99999999999999999999"}) {
      assertThatThrownBy(() -> variables("SKYWIRE_N", wrong).count("SKYWIRE_N", 7, 1, 10))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessage("SKYWIRE_N is '" + wrong + "'; expected a whole number from 1 to 10");
    }
    assertThatThrownBy(() -> variables("FLAG", "yes").flag("FLAG", true))
        .hasMessage("FLAG is 'yes'; expected true or false");
  }

  @Test
  void aMissingVariableWithoutDefaultIsNamed() {
    assertThatThrownBy(() -> variables("A", "b").required("SECRET", "32 characters"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("SECRET is not set; expected 32 characters");
  }

  @Test
  void aUriNeedsOneOfTheSchemesAndAHost() {
    assertThat(variables("U", "ws://localhost:80").uri("U", "", Set.of("ws"), "ws://host"))
        .hasHost("localhost")
        .hasPort(80);
    for (String wrong : new String[] {"http://localhost", "localhost:80", "ws://", "ws://a b"}) {
      assertThatThrownBy(() -> variables("U", wrong).uri("U", "", Set.of("ws"), "ws://host"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessage("U is '" + wrong + "'; expected ws://host");
    }
  }
}
