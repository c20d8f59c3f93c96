package io.skywire.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class SkywireTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "token",
        "token create",
        "token revoke",
        "token create a b",
        "cursor",
        "cursor set",
        "cursor set -5",
        "cursor set many",
        "dead-letters",
        "dead-letters list --limit 0",
        "dead-letters list --limit 100001",
        "dead-letters list --since yesterday",
        "dead-letters list --reason",
        "dead-letters replay",
        "dead-letters replay 5",
        "dead-letters replay 0:-5",
        "dead-letters replay --seq 0",
        "dead-letters replay --seq 9007199254740992",
        "dead-letters replay 0:5 --seq 5",
        "up nonsense",
        "up --rate",
        "up --rate 5",
        "up --seed 5",
        "up --demo --rate 0",
        "up --demo --rate many",
        "simulator --rate 0",
        "simulator --seed many",
        "chaos --rounds 0",
        "chaos --brokers 2"
      })
  void wrongUsageIsStatus2AndSaysSoOnTheErrorOutput(String arguments) {
    assertThat(execute(arguments)).isEqualTo(2);
    assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "up --help",
        "ingester --help",
        "sink --help",
        "api --help",
        "migrate --help",
        "token --help",
        "token create --help",
        "token list --help",
        "token revoke --help",
        "cursor --help",
        "cursor show --help",
        "cursor set --help",
        "dead-letters --help",
        "dead-letters list --help",
        "dead-letters replay --help",
        "version --help",
        "chaos --help",
        "test --help",
        "format --help",
        "simulator --help",
        "healthy --help",
        "package --help",
        "aot-cache --help"
      })
  void everyCommandHasHelp(String arguments) {
    assertThat(execute(arguments)).isZero();
    assertThat(out.toString()).startsWith("Usage: ./skywire");
  }

  @Test
  void versionIsOneLineThatNamesTheCommit() {
    assertThat(execute("version")).isZero();
    assertThat(out.toString().lines())
        .singleElement()
        .asString()
        .matches("skywire \\S+, commit \\S.* \\(Java 25.*\\)");
  }

  @Test
  void aFailedCommandIsStatus1AndOneLine() {
    assertThat(execute("format")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
  }

  private int execute(String arguments) {
    CommandLine commandLine = Skywire.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));
  }
}
