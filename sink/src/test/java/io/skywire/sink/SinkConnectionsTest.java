package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.sink.retention.DayPartitions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SinkConnectionsTest {
  private static final Map<String, String> WEAKENED =
      Map.of(
          "SPRING_KAFKA_PROPERTIES_ACKS", "1",
          "SPRING_KAFKA_PROPERTIES_ENABLE_IDEMPOTENCE", "false",
          "SPRING_KAFKA_PROPERTIES_ISOLATION_LEVEL", "read_uncommitted",
          "SPRING_KAFKA_PROPERTIES_ENABLE_AUTO_COMMIT", "true",
          "SPRING_KAFKA_PROPERTIES_AUTO_OFFSET_RESET", "latest");

  private static final Duration THREAD_ENDS_MAX = Duration.ofSeconds(20);

  @Test
  void aWrongPasswordDatabaseOrHostIsSaidInOneLineWithoutThePassword() {
    try (SinkDatabase database = SinkDatabase.create()) {
      DatabaseUrl right = database.url();
      assertThat(
              failure(new DatabaseUrl("127.0.0.1", right.port(), "sky", "postgres", "secret", "")))
          .isEqualTo(
              "database postgresql://postgres@127.0.0.1:%d/sky: FATAL: password authentication failed for user \"postgres\"",
              right.port());
      assertThat(
              failure(
                  new DatabaseUrl(
                      "127.0.0.1", right.port(), "sky", "postgres", right.password(), "")))
          .isEqualTo(
              "database postgresql://postgres@127.0.0.1:%d/sky: FATAL: database \"sky\" does not exist",
              right.port());
      assertThat(failure(new DatabaseUrl("nowhere.invalid", 5432, "sky", "me", "secret", "")))
          .isEqualTo(
              "database postgresql://me@nowhere.invalid:5432/sky: UnknownHostException: nowhere.invalid");
      assertThat(failure(new DatabaseUrl("127.0.0.1", 1, "sky", "me", "secret", "")))
          .isEqualTo(
              "database postgresql://me@127.0.0.1:1/sky: ConnectException: Connection refused");
    }
  }

  @Test
  void migrationsThatDoNotFitAreSaidInOneLine() {
    try (SinkDatabase database = SinkDatabase.create()) {
      database.execute("update flyway_schema_history set checksum = 1 where version = '1'");
      assertThat(failure(database.url()))
          .startsWith("database " + database.url() + ": migrations could not be applied: ")
          .contains("checksum mismatch for migration version 1")
          .doesNotContain("\n");
    }
  }

  @Test
  void aSinkThatHasANameComesBackToItsGroupUnderIt() {
    assertThat(consumerProperties(Map.of("SKYWIRE_INSTANCE", "one")))
        .containsEntry("group.id", "skywire-sink")
        .containsEntry("group.instance.id", "skywire-sink-one");
    assertThat(consumerProperties(Map.of()))
        .containsEntry("group.id", "skywire-sink")
        .doesNotContainKey("group.instance.id");
  }

  @Test
  void aSinkThatIsGoneIsReplacedSoonAndOneThatIsBusyIsWaitedFor() {
    assertThat(consumerProperties(Map.of()))
        .containsEntry("session.timeout.ms", 6_000)
        .containsEntry("max.poll.interval.ms", 90_000);
  }

  /** What the guarantees rest on, whatever is passed through to Kafka's clients. */
  @Test
  void onlyWhatIsCommittedIsReadFromWhereTheTableIs() {
    for (Map<String, String> passed : List.of(Map.<String, String>of(), WEAKENED)) {
      for (Map<String, Object> consumer :
          List.of(
              consumerProperties(passed), SinkConfiguration.statusProperties(settings(passed)))) {
        assertThat(consumer)
            .containsEntry("isolation.level", "read_committed")
            .containsEntry("enable.auto.commit", false)
            .containsEntry("auto.offset.reset", "none");
      }
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsGivenUpAfterAMinute() {
    try (HikariDataSource database =
        new SinkConfiguration().database(settings(Map.of()), new SimpleMeterRegistry())) {
      assertThat(database.getDataSourceProperties()).containsEntry("socketTimeout", "60");
    }
  }

  @Test
  void aDeadLetterIsAcknowledgedByAll() {
    for (Map<String, String> passed : List.of(Map.<String, String>of(), WEAKENED)) {
      assertThat(SinkConnections.deadLetterProperties(settings(passed)))
          .containsEntry("acks", "all")
          .containsEntry("enable.idempotence", true)
          .containsEntry("max.request.size", 16 * 1024 * 1024);
    }
  }

  /** One that was left open would go on trying, and a letter in its hand might come twice. */
  @Test
  void theDeadLettersProducerEndsWithWhatItWasOpenedFor() throws Exception {
    Set<Thread> before = producers();
    try (HikariDataSource pool =
            Database.open(settings(Map.of()).database(), "test", 1, Duration.ofSeconds(1));
        SinkConnections connections =
            new SinkConnections(
                settings(Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")),
                pool,
                new DayPartitions(pool, InstantSource.system()),
                () -> null)) {
      connections.store();
      connections.store();
      assertThat(producersSince(before)).hasSize(1);
      assertThatThrownBy(connections::open).isInstanceOf(SQLException.class);
      assertNoneIsLeft(before);
      connections.store();
      assertThat(producersSince(before)).hasSize(1);
    }
    assertNoneIsLeft(before);
  }

  private static void assertNoneIsLeft(Set<Thread> before) throws InterruptedException {
    for (Thread producer : producersSince(before)) {
      assertThat(producer.join(THREAD_ENDS_MAX)).as(producer.getName()).isTrue();
    }
  }

  private static Set<Thread> producersSince(Set<Thread> before) {
    Set<Thread> since = producers();
    since.removeAll(before);
    return since;
  }

  private static Set<Thread> producers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kafka-producer-network-thread"))
        .collect(Collectors.toSet());
  }

  private static Map<String, Object> consumerProperties(Map<String, String> variables) {
    return SinkConnections.consumerProperties(settings(variables));
  }

  private static SinkSettings settings(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");
    return SinkSettings.from(new Variables(all));
  }

  private static String failure(DatabaseUrl url) {
    SinkSettings settings =
        SinkSettings.from(
            new Variables(
                Map.of("DATABASE_URL", url.toUrl(), "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")));
    try (HikariDataSource pool = Database.open(url, "test", 1, Duration.ofSeconds(1));
        SinkConnections connections =
            new SinkConnections(
                settings, pool, new DayPartitions(pool, InstantSource.system()), () -> null)) {
      return connections.describe(catchThrowableOfType(SQLException.class, connections::open));
    }
  }
}
