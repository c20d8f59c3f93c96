package io.skywire.standalone.command;

import io.skywire.common.settings.Variables;
import io.skywire.standalone.doctor.Doctor;
import io.skywire.standalone.doctor.Finding;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What is wrong, and what to do. */
@Command(
    name = "doctor",
    description = {
      "Checks settings, Kafka, PostgreSQL, relay, clock and the disk of `up`; says what to do.",
      "Of a running `up`, or of what the environment names. Status 1 when something is bad."
    })
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.quiet();
    Variables environment = Variables.ofEnvironment();
    Path folder = DataFolder.of(environment).path();
    Optional<Map<String, String>> running = RunningUp.find(DataFolder.of(environment));
    Map<String, String> all = new HashMap<>(environment.all());
    running.ifPresent(all::putAll);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        running.isPresent()
            ? "the ./skywire up that runs in " + folder
            : "what the environment names (no ./skywire up runs in " + folder + ")");
    Map<Finding.Level, Integer> counts = new EnumMap<>(Finding.Level.class);
    new Doctor(new Variables(all), OperatorDatabase::of)
        .examine(
            running.isPresent() || !namesServers(environment) ? folder : null,
            finding -> {
              counts.merge(finding.level(), 1, Integer::sum);
              out.printf(
                  "%-8s %-9s %s%n",
                  finding.level().name().toLowerCase(Locale.ROOT),
                  finding.subject(),
                  finding.words());
              out.flush();
            });
    return counts.containsKey(Finding.Level.BAD) ? 1 : 0;
  }

  /** Whether the environment is that of processes whose servers are not those of an `up`. */
  private static boolean namesServers(Variables environment) {
    return environment.find("DATABASE_URL") != null
        || environment.find("KAFKA_BOOTSTRAP_SERVERS") != null;
  }
}
