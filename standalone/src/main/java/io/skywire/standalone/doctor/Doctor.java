package io.skywire.standalone.doctor;

import io.skywire.api.ApiSettings;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterSettings;
import io.skywire.sink.SinkSettings;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;

/** Examines settings, Kafka, PostgreSQL, relay and disk, each with a bound on its time. */
public final class Doctor {
  private static final long GIBIBYTE = 1L << 30;

  /** A day of the network's events takes about as much. */
  private static final long FREE_BYTES_MIN = 20 * GIBIBYTE;

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
   * @param folder whose disk is looked at
   * @param teller is told each finding as soon as there is one
   */
  public void examine(Path folder, Consumer<Finding> teller) throws InterruptedException {
    List<Finding> settings = settings();
    settings.forEach(teller);
    KafkaCheck.of(variables).forEach(teller);
    DatabaseCheck.of(variables, databases).forEach(teller);
    RelayCheck.of(variables).forEach(teller);
    teller.accept(disk(folder));
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

  private static Finding disk(Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      FileStore store = Files.getFileStore(there);
      long free = store.getUsableSpace();
      String words = "%d GiB free at %s".formatted(free / GIBIBYTE, there);
      return free < FREE_BYTES_MIN
          ? Finding.warning(
              "disk",
              words
                  + ": make room, or lower EVENT_RETENTION_DAYS; a day of the network takes about"
                  + " as much as 20 GiB")
          : Finding.ok("disk", words);
    } catch (IOException unknown) {
      return Finding.warning("disk", "cannot be looked at: " + unknown.getMessage());
    }
  }
}
