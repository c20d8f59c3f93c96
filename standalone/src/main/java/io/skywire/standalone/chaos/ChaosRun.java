package io.skywire.standalone.chaos;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerTail;
import io.skywire.embedded.simulator.SentOps;
import io.skywire.standalone.up.Screen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, from an empty folder to the verdict. Of two releases, one is upgraded to the other and
 * taken back before the first round, a process at a time. A round inflicts its faults, undoes them,
 * and then waits until everything that the relay had emitted by then has come to the reader, for as
 * long as the settings allow. Ends at the first finding. The caller's thread plays the rounds.
 */
public final class ChaosRun {
  private static final Logger log = LoggerFactory.getLogger(ChaosRun.class);
  private static final long NANOS_A_MILLI = 1_000_000;

  private static final Duration OPENING_MAX = Duration.ofMinutes(3);

  private static final List<Victim.Role> UPGRADED_IN_TURN =
      List.of(Victim.Role.SINK, Victim.Role.INGESTER, Victim.Role.API);

  private static final Duration WITNESS_STOP_MAX = Duration.ofSeconds(5);

  /** What follows a first finding may explain it. */
  private static final Duration AFTERMATH = Duration.ofSeconds(2);

  private static final long LOOK_AGAIN_MILLIS = 10;
  private static final Duration TELL_EVERY = Duration.ofSeconds(10);

  private final ChaosSettings settings;
  private final Path folder;
  private final Screen screen;
  private final BooleanSupplier askedToStop;
  private final Findings findings = new Findings();
  private final Tally tally = new Tally();
  private long begunNanos;
  private long toldNanos;
  private int rounds;
  private Duration recovery = Duration.ZERO;

  /**
   * @param folder empty; for the data and the logs of all processes
   * @param askedToStop whether to end after the round that is being played
   */
  public ChaosRun(ChaosSettings settings, Path folder, Screen screen, BooleanSupplier askedToStop) {
    this.settings = settings;
    this.folder = folder;
    this.screen = screen;
    this.askedToStop = askedToStop;
  }

  public Verdict run() throws IOException, InterruptedException {
    begunNanos = System.nanoTime();
    try (World world = World.start(folder, settings)) {
      LedgerTail tail = world.relay().ledger().tail();
      Audit audit = new Audit(() -> next(tail), ChaosSettings.PARTITIONS, findings);
      Opening opening = new Opening(world, settings.seed(), tally);
      opening.killMigrating();
      world.startProcesses();
      String token = opening.token();
      TableWitness table = new TableWitness(world.database(), audit, findings);
      try (LoopThread topicThread =
              witness(
                  "topic-witness",
                  new TopicWitness(world.kafka(), ChaosSettings.PARTITIONS, audit, findings));
          LoopThread tableThread = witness("table-witness", table);
          LoopThread readerThread =
              witness(
                  "reader-witness",
                  new ReaderWitness(
                      world.api(),
                      token,
                      shown(Audit.Client.READER, world, audit),
                      audit,
                      findings));
          LoopThread streamThread =
              witness(
                  "stream-witness",
                  new StreamWitness(
                      world.api(),
                      token,
                      shown(Audit.Client.STREAM, world, audit),
                      audit,
                      findings))) {
        topicThread.start();
        tableThread.start();
        readerThread.start();
        streamThread.start();
        recover(world, audit, OPENING_MAX);
        if (settings.beside() != null) {
          upgradeAndGoBack(world, audit);
        }
        play(world, audit, table);
      } catch (EmbeddedServerException | IOException failed) {
        // What has been seen until then is told all the same.
        log.error("the run itself failed", failed);
        findings.add(Finding.Kind.WITNESS, "the run itself: " + failed.getMessage());
      }
      return verdict(audit);
    }
  }

  /** As DEPLOYMENT.md tells operators to. */
  private void upgradeAndGoBack(World world, Audit audit) throws IOException, InterruptedException {
    for (Victim.Role role : UPGRADED_IN_TURN) {
      move(world, audit, role, World.THIS);
    }
    for (Victim.Role role : UPGRADED_IN_TURN.reversed()) {
      move(world, audit, role, World.BEFORE);
    }
  }

  private void move(World world, Audit audit, Victim.Role role, int release)
      throws IOException, InterruptedException {
    for (SkywireProcess process : world.processes(role)) {
      if (!findings.isEmpty() || askedToStop.getAsBoolean()) {
        return;
      }
      String what =
          release == World.THIS
              ? process.name() + " is upgraded"
              : process.name() + " is taken back";
      findings.during(what);
      tell(world, audit, what);
      process.moveTo(release);
      recover(world, audit, settings.patience());
      tally.moved(process.name());
      log.info("{}", what);
    }
  }

  private void play(World world, Audit audit, TableWitness table)
      throws IOException, InterruptedException {
    FaultPlan plan = new FaultPlan(settings.seed(), settings.brokers());
    OldDays oldDays = new OldDays(world.database(), audit);
    FaultInjector injector = new FaultInjector(world, audit, oldDays, tally);
    recovery = Duration.ZERO;
    audit.watchStandstill();
    while (rounds < settings.rounds() && findings.isEmpty() && !askedToStop.getAsBoolean()) {
      List<FaultPlan.Timed> faults = plan.next();
      rounds++;
      String what =
          faults.stream().map(timed -> describe(timed.fault())).collect(Collectors.joining(" + "));
      findings.during("round %d, %s".formatted(rounds, what));
      tell(world, audit, what);
      long begun = System.nanoTime();
      int missed = tally.allMissed();
      inflict(injector, faults);
      if (tally.allMissed() > missed) {
        plan.missed(faults);
      }
      world.mend();
      long mended = System.nanoTime();
      recover(world, audit, settings.patience());
      if (faults.stream().anyMatch(timed -> timed.fault() instanceof Fault.KillInRetention)) {
        look(oldDays);
      }
      log.info(
          "round {}: {} ms of faults, {} ms of recovery: {}",
          rounds,
          (mended - begun) / NANOS_A_MILLI,
          (System.nanoTime() - mended) / NANOS_A_MILLI,
          what);
    }
    if (findings.isEmpty()) {
      settle(world, audit, table, oldDays);
    } else {
      Thread.sleep(AFTERMATH);
    }
    screen.endStatus();
  }

  private void inflict(FaultInjector injector, List<FaultPlan.Timed> faults)
      throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (FaultPlan.Timed timed : faults) {
        running.add(
            threads.submit(() -> {
              Thread.sleep(timed.start());
              tally.inflicted(timed.fault().kind());
              injector.inflict(timed.fault());
              return null;
            }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException failed) {
      findings.add(Finding.Kind.WITNESS, "a fault could not be inflicted: " + failed.getCause());
    }
  }

  /** Waits until everything emitted so far has come out everywhere. */
  private void recover(World world, Audit audit, Duration max)
      throws IOException, InterruptedException {
    long head = world.relay().head();
    long begun = System.nanoTime();
    long waitedSince = begun;
    boolean helped = false;
    while (!audit.isCompleteTo(head) && findings.isEmpty()) {
      if (!helped && System.nanoTime() - waitedSince > max.toNanos() / 2) {
        helped = true;
        waitedSince = help(world) ? System.nanoTime() : waitedSince;
      }
      if (System.nanoTime() - waitedSince > max.toNanos()) {
        audit.lettersDue(Math.min(head, audit.topicAt()));
        findings.add(
            Finding.Kind.STUCK,
            "within %d s of the end of the faults not everything to seq %d has come out: topic at %d, table at %d, reader at %d, stream at %d"
                .formatted(
                    max.toSeconds(),
                    head,
                    audit.topicAt(),
                    audit.tableAt(),
                    audit.readerAt(),
                    audit.streamAt()));
        return;
      }
      lookForEnded(world);
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
    lookForEnded(world);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    if (took.compareTo(recovery) > 0) {
      recovery = took;
    }
  }

  /** Once a round, as an operator would who is told that nothing moves; it is in the verdict. */
  private boolean help(World world) throws IOException {
    List<String> again = world.startAgainWhoIsLost();
    again.forEach(name -> {
      log.warn("{} has lost its groups and is started again", name);
      tally.helped(name);
    });
    return !again.isEmpty();
  }

  private void look(OldDays oldDays) {
    try {
      oldDays.look();
    } catch (SQLException failed) {
      findings.add(Finding.Kind.WITNESS, "retention's: " + failed.getMessage());
    }
  }

  /** The relay falls silent, all of it comes out, and tables and counts are compared with it. */
  private void settle(World world, Audit audit, TableWitness table, OldDays oldDays)
      throws IOException, InterruptedException {
    world.relay().limit(world.relay().emitted());
    long head;
    do {
      head = world.relay().head();
      recover(world, audit, settings.patience());
    } while (head != world.relay().head());
    try {
      List<OldDay> days = oldDays.awaitDropped(settings.patience());
      days.stream()
          .filter(day -> !day.isGone())
          .forEach(day -> findings.add(Finding.Kind.STUCK, "retention, at an expired day: " + day));
      Rows dropped = days.stream().map(OldDay::dropped).reduce(Rows.NONE, Rows::plus);
      table.count(audit.rows().minus(dropped));
      CountsWitness.of(world.database(), findings)
          .await(countable(world, audit), settings.patience());
    } catch (SQLException failed) {
      findings.add(Finding.Kind.WITNESS, "the table's: " + failed.getMessage());
    }
  }

  /** The ledger's events, and the ops of the same, which are made again. */
  private static Map<String, Long> countable(World world, Audit audit) {
    Map<String, Long> counts = audit.emittedByType();
    SentOps.each(
        world.relaySettings(),
        world.relay().emitted(),
        sent -> sent.ops().forEach(op -> counts.merge(sent.type() + " " + op, 1L, Long::sum)));
    return counts;
  }

  private static ShownWitness shown(Audit.Client client, World world, Audit audit) {
    return new ShownWitness(client, new DatabaseWatermark(world.database()), audit);
  }

  private void lookForEnded(World world) throws IOException {
    for (Victim victim : world.victims()) {
      String ended = victim.endedByItself();
      if (!ended.isEmpty()) {
        findings.add(Finding.Kind.ENDED, ended);
      }
    }
  }

  private void tell(World world, Audit audit, String what) {
    long now = System.nanoTime();
    if (!screen.isTerminal() && rounds > 1 && now - toldNanos < TELL_EVERY.toNanos()) {
      return;
    }
    toldNanos = now;
    screen.status(
        "round %d of %d  %d s  %,d events  reader %d behind  %s"
            .formatted(
                rounds,
                settings.rounds(),
                Duration.ofNanos(now - begunNanos).toSeconds(),
                world.relay().emitted(),
                Math.max(0, world.relay().head() - audit.readerAt()),
                what));
  }

  private Verdict verdict(Audit audit) {
    Map<Finding.Kind, Integer> counts = findings.counts();
    return new Verdict(
        settings,
        rounds,
        Duration.ofNanos(System.nanoTime() - begunNanos),
        audit.emitted(),
        audit.refused(),
        tally.moved(),
        tally.faults(),
        tally.missed(),
        tally.kills(),
        tally.helped(),
        counts,
        audit.standstill(),
        recovery,
        findings.first());
  }

  private static List<LedgerEntry> next(LedgerTail tail) {
    try {
      return tail.next();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the ledger cannot be read", unreadable);
    }
  }

  /** As the record prints itself: short enough, and complete. */
  private static String describe(Fault fault) {
    return fault.toString();
  }

  private LoopThread witness(String name, Loop loop) {
    LoopThread thread = new LoopThread(name, loop, WITNESS_STOP_MAX);
    thread
        .done()
        .whenComplete((nothing, failure) -> {
          if (failure != null) {
            findings.add(Finding.Kind.WITNESS, name + ": " + failure);
          }
        });
    return thread;
  }
}
