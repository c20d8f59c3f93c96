package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SinkProcessTest {
  @Test
  @Timeout(60)
  void runsAndSaysSoWhileKafkasNameCannotBeResolved() throws Exception {
    try (SinkDatabase database = SinkDatabase.create();
        SinkProcess sink =
            SinkProcess.start(
                new Variables(
                    Map.of(
                        "DATABASE_URL",
                        database.url().toUrl(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "nowhere.invalid:9092")))) {
      List<String> heartbeats = List.of();
      while (heartbeats.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
        heartbeats = database.rows("select kafka_reachable, problem from sink_heartbeats");
      }
      assertThat(heartbeats)
          .containsExactly("f,No resolvable bootstrap urls given in bootstrap.servers");
      assertThat(sink.done().toCompletableFuture()).isNotDone();
    }
  }
}
