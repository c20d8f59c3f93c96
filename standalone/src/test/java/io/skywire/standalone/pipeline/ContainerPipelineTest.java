package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The pipeline on the servers' official images, where there is Docker. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ContainerPipelineTest {
  private static final String KAFKA = "apache/kafka:4.2.0";
  private static final String POSTGRES = "postgres:18";
  private static final int EVENTS = 5_000;

  @Test
  void eventsAreReadAsTheRelaySentThem() throws Exception {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "skipped: no Docker on this machine");
    try (Servers servers = containers();
        RelaySimulator relay =
            RelaySimulator.start(SimulatorSettings.defaults().withRate(0).withLimit(EVENTS));
        Pipeline pipeline = new Pipeline(servers, relay.uri(), 6)) {
      Reader reader = pipeline.reader();
      while (relay.emitted() < EVENTS) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      reader.readTo(relay.head(), Duration.ofMinutes(2));
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries()).hasSize(EVENTS);
    }
  }

  private static Servers containers() {
    KafkaContainer kafka = new KafkaContainer(KAFKA);
    PostgreSQLContainer postgres = new PostgreSQLContainer(POSTGRES);
    kafka.start();
    postgres.start();
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.getBootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return new DatabaseUrl(
            postgres.getHost(),
            postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
            postgres.getDatabaseName(),
            postgres.getUsername(),
            postgres.getPassword(),
            "");
      }

      @Override
      public void close() {
        kafka.close();
        postgres.close();
      }
    };
  }
}
