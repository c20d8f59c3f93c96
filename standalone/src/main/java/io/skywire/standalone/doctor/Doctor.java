package io.skywire.standalone.doctor;

import io.skywire.api.ApiSettings;
import io.skywire.api.tokens.SecretKeys;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterSettings;
import io.skywire.sink.SinkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Examines settings, Kafka, PostgreSQL, relay and disk, each with a bound on its time. */
public final class Doctor {
  private static final long GIBIBYTE = 1L << 30;

  /** Less than a day at 500 events a second takes. */
  private static final long FREE_BYTES_MIN = 20 * GIBIBYTE;

  /** Of 32 random hexadecimal digits, hardly one in ten million has fewer different ones. */
  private static final int SECRET_CHARACTERS_MIN = 8;

  private final Variables variables;
  private final Function<DatabaseUrl, DataSource> databases;

  /**
   * @param databases opens a database with bounds on what it waits for
   */
  public Doctor(Variables variables, Function<DatabaseUrl, DataSource> databases) {
    this.variables = variables;
    this.databases = databases;
  }

  /**
   * @param folder where {@code up} has its servers' data, on the disk that is looked at; null when
   *     the servers are elsewhere: nobody here sees their disks
   * @param teller is told each finding as soon as there is one
   */
  public void examine(@Nullable Path folder, Consumer<Finding> teller) throws InterruptedException {
    settings().forEach(teller);
    secret(variables).ifPresent(teller);
    KafkaCheck.of(variables).forEach(teller);
    DatabaseCheck.of(variables, databases).forEach(teller);
    RelayCheck.of(variables).forEach(teller);
    if (folder != null) {
      teller.accept(disk(folder));
    }
  }

  /** Each process's own, as it would read them at its start. */
  private List<Finding> settings() {
    Map<String, Consumer<Variables>> processes = new TreeMap<>();
    processes.put("ingester", IngesterSettings::from);
    processes.put("sink", SinkSettings::from);
    processes.put("api", ApiSettings::from);
    List<Finding> findings = new ArrayList<>();
    processes.forEach((process, read) -> {
      try {
        read.accept(variables);
      } catch (InvalidSettingException wrong) {
        findings.add(
            Finding.bad(
                "settings", "of the " + process + ": " + String.valueOf(wrong.getMessage())));
      }
    });
    return findings.isEmpty()
        ? List.of(Finding.ok("settings", "all three processes take them"))
        : findings;
  }

  static Optional<Finding> secret(Variables variables) {
    try {
      return isGuessable(SecretKeys.from(variables).current())
          ? Optional.of(
              Finding.warning(
                  "settings",
                  "SECRET_KEY_BASE is easily guessed, and who knows it needs no token for the"
                      + " dashboard: make one with openssl rand -base64 48; DEPLOYMENT.md has how"
                      + " to change it"))
          : Optional.empty();
    } catch (InvalidSettingException toldAlready) {
      return Optional.empty();
    }
  }

  /** Of few different characters, or the same ones again and again. */
  private static boolean isGuessable(String secret) {
    return secret.chars().distinct().count() < SECRET_CHARACTERS_MIN
        || IntStream.rangeClosed(1, secret.length() / 2)
            .anyMatch(period -> secret.startsWith(secret.substring(period)));
  }

  private static Finding disk(Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      return disk(folder, Files.getFileStore(there).getUsableSpace());
    } catch (IOException unknown) {
      return Finding.warning(
          "disk", "that of %s cannot be looked at: %s".formatted(folder, unknown.getMessage()));
    }
  }

  static Finding disk(Path folder, long freeBytes) {
    String words =
        "%d GiB free on that of %s, where `up` keeps topic and table"
            .formatted(freeBytes / GIBIBYTE, folder);
    return freeBytes < FREE_BYTES_MIN
        ? Finding.warning(
            "disk",
            words
                + ": make room, or lower EVENT_RETENTION_DAYS; a day of 500 events a second takes"
                + " about 50 GiB, 32 of them in the table")
        : Finding.ok("disk", words);
  }
}
