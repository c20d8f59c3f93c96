package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Helm chart makes the topics where Strimzi does: they are what Skywire itself would make. */
class ChartTopicsTest {
  private static final Path CHART = Path.of("../helm/skywire/files/topics.yaml");

  @Test
  void theChartsTopicsAreThoseThatSkywireMakes() throws IOException {
    Map<String, Map<String, Map<String, String>>> chart =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(CHART));
    assertThat(chart)
        .isEqualTo(
            TopicSetup.all(6).stream()
                .collect(
                    Collectors.toMap(NewTopic::name, topic -> Map.of("config", topic.configs()))));
  }
}
