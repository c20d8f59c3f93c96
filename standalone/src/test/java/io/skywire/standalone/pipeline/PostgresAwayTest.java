package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
import io.skywire.embedded.network.Direction;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * PostgreSQL goes away in one way after the other: the ingester does not notice, the api says so
 * and recovers, the sink goes on where it was, and in the end the table is what the relay has sent.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@Tag("long")
class PostgresAwayTest extends PostgresSetUp {
  private final Admin admin =
      Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));

  @AfterEach
  void closeAdmin() {
    admin.close();
  }

  /** Refused, cut off in the midst of a word, or starting up. */
  private static final int REASONS_MAX = 4;

  private interface Step {
    void run() throws Exception;
  }

  @Test
  void itIsKilledCutOffStoppedAndFullAndNothingIsLost() throws Exception {
    away("killed", () -> postgres.processes().kill(), postgres::startAgain);
    away("cut off", proxy::cut, proxy::heal);
    away(
        "half-open",
        () -> proxy.stall(Direction.TO_CLIENT, Direction.TO_SERVER),
        () -> {
          proxy.reset();
          proxy.heal();
        });
    away("stopped", () -> postgres.processes().pause(), () -> postgres.processes().resume());
    List<Connection> others = new ArrayList<>();
    away("out of connections", () -> takeAllConnections(others), () -> close(others));
    readAllOfIt();
  }

  /** From the fault on, until all is well again. */
  private void away(String fault, Step begin, Step end) throws Exception {
    int linesBefore = log.lines().size();
    long began = System.nanoTime();
    begin.run();
    awaitStatus("/api/events?since=0&limit=1", 503, NOTICED_MAX);
    HttpResponse<byte[]> refused = awaitStatus("/api/health", 503, NOTICED_MAX);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    JsonNode health = JsonMapper.shared().readTree(refused.body());
    assertThat(health.path("status").asString()).isEqualTo("down");
    assertThat(health.path("database").path("reachable").asBoolean(true)).isFalse();
    refused = awaitStatus("/api/events?since=0&limit=2", 503, NOTICED_MAX);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(JsonMapper.shared().readTree(refused.body()).path("error").asString())
        .contains("database");

    long offsets = offsets();
    long head = relay.head();
    while (offsets() < offsets + EVENTS_A_SECOND || relay.head() < head + EVENTS_A_SECOND) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(1);

    double away = secondsSince(began);
    end.run();
    caughtUp("%s for %.1f s".formatted(fault, away));
    List<String> told = log.lines().stream().skip(linesBefore).toList();
    int lines = told.size();
    System.out.printf("%s: %d log lines%n", fault, lines);
    assertThat(log.withStackTrace()).isEmpty();
    // However often it was tried: one for each reason.
    assertThat(told.stream().filter(line -> line.contains("storing failed")))
        .hasSizeLessThanOrEqualTo(REASONS_MAX);
    assertThat(lines).isLessThan(20 + (int) (4 * secondsSince(began)));
  }

  private long offsets() throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, PARTITIONS)
            .boxed()
            .collect(
                Collectors.toMap(
                    number -> new TopicPartition(Topics.EVENTS, number),
                    number -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(info -> info.offset())
        .sum();
  }

  /** As others might, until PostgreSQL has no more; then ends those of the sink and the api. */
  private void takeAllConnections(List<Connection> others) throws SQLException {
    Connection first = connect();
    others.add(first);
    try (Statement statement = first.createStatement()) {
      while (true) {
        try {
          while (true) {
            others.add(connect());
          }
        } catch (SQLException full) {
          assertThat(full.getSQLState()).isEqualTo("53300");
        }
        try (ResultSet row =
            statement.executeQuery(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where application_name like 'skywire-%'
                """)) {
          row.next();
          if (row.getInt(1) == 0) {
            return;
          }
        }
      }
    }
  }

  private static void close(List<Connection> connections) throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
