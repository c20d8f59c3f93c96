package io.skywire.standalone.command;

import io.skywire.common.settings.Variables;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.FolderLock;
import io.skywire.standalone.up.Standalone;
import io.skywire.standalone.up.StatusLine;
import java.io.Console;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the whole pipeline in this JVM until a signal, with one status line that moves. */
@Command(
    name = "up",
    description = "The whole pipeline on embedded servers, against RELAY_URL, until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {
  private static final int STOP_SECONDS_MAX = 30;
  private static final int PLAIN_LINE_EVERY_SECONDS = 10;

  @Option(names = "--demo", description = "Against the relay simulator: no network needed.")
  private boolean demo;

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "The simulator's events a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The simulator's seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--fresh", description = "Empties the data folder first.")
  private boolean fresh;

  @Override
  @SuppressWarnings("try") // the lock is only held
  public Integer call() throws Exception {
    Variables environment = Variables.ofEnvironment();
    DataFolder folder = DataFolder.of(environment);
    folder.claim();
    CountDownLatch signalled = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (FolderLock lock = FolderLock.take(folder)) {
      if (fresh) {
        folder.clear();
      }
      Logs.toFile(folder.log());
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().name("stop").unstarted(() -> stop(signalled, closed)));
      PrintStream out = System.out;
      tellWhatIsIgnored(environment, out);
      out.println("starting Kafka and PostgreSQL in " + folder.path());
      try (Standalone pipeline = Standalone.start(folder, environment.all(), simulator())) {
        tellWhereItIs(pipeline, environment, out);
        pipeline
            .ingesterDone()
            .whenComplete((done, failure) -> {
              if (failure != null) {
                out.println("\nthe ingester has stopped: " + failure.getMessage());
              }
            });
        showStatus(pipeline, signalled, out);
        out.println("\nstopping");
      }
      out.println("stopped");
    } finally {
      closed.countDown();
    }
    return 0;
  }

  private @Nullable SimulatorSettings simulator() {
    return demo ? SimulatorSettings.defaults().withSeed(seed).withRate(rate) : null;
  }

  private static void tellWhatIsIgnored(Variables environment, PrintStream out) {
    for (String name : new String[] {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"}) {
      if (environment.find(name) != null) {
        out.println("`up` brings its own servers: " + name + " is ignored");
      }
    }
  }

  private static void tellWhereItIs(Standalone pipeline, Variables environment, PrintStream out) {
    String url = "http://localhost:" + environment.text("PORT", "4000");
    out.println("token   " + pipeline.token());
    out.println("health  " + url + "/api/health");
    out.println(
        "events  curl -H 'Authorization: Bearer %s' '%s/api/events?since=0&limit=10'"
            .formatted(pipeline.token(), url));
  }

  private static void showStatus(Standalone pipeline, CountDownLatch signalled, PrintStream out)
      throws InterruptedException {
    boolean terminal = isTerminal();
    StatusLine line = new StatusLine(pipeline.database());
    long seconds = 0;
    while (!signalled.await(1, TimeUnit.SECONDS)) {
      if (terminal) {
        out.print("\r\u001b[K" + line.read());
        out.flush();
      } else if (seconds % PLAIN_LINE_EVERY_SECONDS == 0) {
        out.println(line.read());
      }
      seconds++;
    }
  }

  @SuppressWarnings(
      "SystemConsoleNull") // it is null where java.base provides it and no terminal is there
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static void stop(CountDownLatch signalled, CountDownLatch closed) {
    signalled.countDown();
    try {
      closed.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
