package io.skywire.api.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;

/**
 * What keeps people with disabilities from using a page, as far as axe-core can tell.
 *
 * @see <a href="https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md">its
 *     rules</a>
 */
public final class Axe {
  /** Its version is the dependency's. */
  private static final String SCRIPT = read("axe.min.js");

  private static final String RUN =
      """
      axe.run({ resultTypes: ['violations'] }).then(found => ({
        passed: found.passes.length,
        violations: found.violations
          .filter(rule => rule.impact === 'serious' || rule.impact === 'critical')
          .flatMap(rule => rule.nodes.map(node =>
            `${rule.impact} ${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`)),
      }))
      """;

  private Axe() {}

  /** Serious and critical ones, each with its element and what would mend it. */
  public static List<String> violations(ChromiumPage page) {
    if (!page.run("'axe' in window").asBoolean()) {
      page.run(SCRIPT + "; true");
    }
    JsonNode found = page.run(RUN);
    assertThat(found.path("passed").asInt()).as("it has looked at the page").isGreaterThan(10);
    return found.path("violations").valueStream().map(JsonNode::asString).toList();
  }

  private static String read(String resource) {
    try {
      return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
