package io.skywire.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.ApiSettings;
import io.skywire.api.tokens.TokenRegister;
import io.skywire.common.database.Database;
import io.skywire.common.database.Migrations;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TokenCommandTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static EmbeddedPostgresServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    server = EmbeddedPostgresServer.startTemporary();
    try (HikariDataSource database =
        Database.open(server.url(), "test", 2, Duration.ofSeconds(10))) {
      Migrations.migrate(database);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void listingAndRevokingNeedNoSecret() throws Exception {
    assertThat(token(Map.of("SECRET_KEY_BASE", SECRET), "create", "app").output())
        .containsPattern("sky_[A-Za-z0-9_-]{43}");
    Ended list = token(Map.of(), "list");
    assertThat(list.status()).as(list.output()).isZero();
    assertThat(list.output()).containsPattern("active .* app");
    assertThat(token(Map.of(), "revoke", "app").status()).isZero();
    assertThat(token(Map.of(), "list").output()).containsPattern("revoked .* app");
  }

  @Test
  void whatATokenIsLimitedToIsKeptAndListed() throws Exception {
    Ended create =
        token(
            Map.of("SECRET_KEY_BASE", SECRET),
            "create",
            "limited",
            "--event-type",
            "commit",
            "--collection",
            "app.bsky.feed.*",
            "--collection",
            "app.bsky.graph.follow",
            "--repo",
            "did:plc:one",
            "--expires-in-days",
            "2",
            "--requests-per-minute",
            "7");
    assertThat(create.status()).as(create.output()).isZero();
    assertThat(token(Map.of(), "list").output())
        .containsPattern(
            "active .* "
                + Instant.now().plus(Duration.ofDays(2)).toString().substring(0, 10)
                + "T\\S+ +limited +\\(only commit and app.bsky.graph.follow, app.bsky.feed.\\* and did:plc:one\\)");
    try (HikariDataSource database =
        Database.open(server.url(), "test", 1, Duration.ofSeconds(10))) {
      assertThat(new TokenRegister(database).list())
          .filteredOn(token -> token.name().equals("limited"))
          .singleElement()
          .satisfies(token -> {
            assertThat(token.requestsPerMinute()).isEqualTo(7);
            assertThat(Objects.requireNonNull(token.scope().collections()).patterns())
                .containsExactlyInAnyOrder("app.bsky.feed.*", "app.bsky.graph.follow");
          });
    }
  }

  @Test
  void aLimitThatCannotBeRightIsRefusedAndNothingCreated() throws Exception {
    Map<String, String> secret = Map.of("SECRET_KEY_BASE", SECRET);
    Ended days = token(secret, "create", "wrong", "--expires-in-days", "0");
    assertThat(days.status()).isEqualTo(1);
    assertThat(days.output())
        .contains("--expires-in-days is 0; expected a whole number from 1 to 36500");
    Ended collection = token(secret, "create", "wrong", "--collection", "app.*.post");
    assertThat(collection.status()).isEqualTo(1);
    assertThat(collection.output()).contains("--collection: a * stands for the last segments");
    assertThat(token(Map.of(), "list").output()).doesNotContain("wrong");
  }

  @Test
  void creatingRefusesAShortSecretWithTheLineOfTheApi() throws Exception {
    Map<String, String> variables =
        Map.of("DATABASE_URL", server.url().toUrl(), "SECRET_KEY_BASE", "short");
    Ended create = token(variables, "create", "other");
    assertThat(create.status()).isEqualTo(1);
    assertThatThrownBy(() -> ApiSettings.from(new Variables(variables)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(create.output().strip());
  }

  private record Ended(int status, String output) {}

  private Ended token(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Skywire.class.getName(),
            "token"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.remove("SECRET_KEY_BASE");
    environment.put("DATABASE_URL", server.url().toUrl());
    environment.put("SKYWIRE_DATA", folder.toString());
    environment.putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
