package io.skywire.standalone.chaos;

import io.skywire.embedded.network.Direction;
import io.skywire.embedded.network.Hold;
import io.skywire.standalone.chaos.Victim.Role;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does to the world what a {@link Fault} says, and undoes it. Several faults at once are several
 * threads; two of them may meet at one victim, so each leaves it as it is when another has been
 * there.
 */
final class FaultInjector {
  /** A place that nobody passes within this time is left: the fault before has stopped them. */
  private static final Duration AMBUSH_MAX = Duration.ofSeconds(4);

  /** What a process may take from its start to where it is met, on a busy machine. */
  private static final Duration START_MAX = Duration.ofSeconds(20);

  /** Retention looks every ten seconds. */
  private static final Duration RETENTION_MAX = Duration.ofSeconds(20);

  /** Longer than the session of a group's member. */
  private static final Duration GIVEN_UP_AFTER = Duration.ofMillis(7_500);

  private final World world;
  private final Audit audit;
  private final OldDays oldDays;
  private final Tally tally;

  FaultInjector(World world, Audit audit, OldDays oldDays, Tally tally) {
    this.world = world;
    this.audit = audit;
    this.oldDays = oldDays;
    this.tally = tally;
  }

  /** Returns when the fault has been undone, but for what a victim needs to be ready again. */
  void inflict(Fault fault) throws InterruptedException, IOException {
    switch (fault) {
      case Fault.Kill kill -> {
        for (String name : kill.victims()) {
          kill(world.victim(name));
        }
        Thread.sleep(kill.pause());
        for (String name : kill.victims()) {
          world.victim(name).start();
        }
      }
      case Fault.KillLeader kill -> {
        Victim leader = world.leader();
        if (leader == null) {
          tally.missed(fault.kind());
          return;
        }
        killFor(leader, kill.pause());
      }
      case Fault.Restart restart -> {
        Victim victim = world.victim(restart.victim());
        victim.resume();
        victim.stop();
        Thread.sleep(restart.pause());
        victim.start();
      }
      case Fault.Pause pause -> {
        Victim victim = world.victim(pause.victim());
        victim.pause();
        Thread.sleep(pause.length());
        victim.resume();
      }
      case Fault.Cut cut -> {
        Line line = world.line(cut.line());
        line.cut();
        Thread.sleep(cut.length());
        line.heal();
      }
      case Fault.Stall stall -> {
        Line line = world.line(stall.line());
        line.stall(stall.directions().toArray(Direction[]::new));
        Thread.sleep(stall.length());
        line.heal();
      }
      case Fault.Slow slow -> {
        Line line = world.line(slow.line());
        line.slow(Duration.ofMillis(slow.delay()), slow.bytesPerSecond());
        Thread.sleep(slow.length());
        line.heal();
      }
      case Fault.Drop drop -> {
        if (drop.withinFrame()) {
          world.relay().dropMidFrame();
        } else {
          world.relay().dropConnections();
        }
      }
      case Fault.KillBackend kill -> killBackend(kill);
      case Fault.PlacedKill kill -> placedKill(kill);
      case Fault.Zombie zombie -> zombie(zombie);
      case Fault.KillJoining kill -> killJoining(kill);
      case Fault.KillInRebalance kill -> killInRebalance(kill);
      case Fault.KillMakingPartitions kill -> killMakingPartitions(kill);
      case Fault.KillInRetention kill -> killInRetention(kill);
    }
  }

  private void killBackend(Fault.KillBackend kill) {
    try {
      if (!world.postgres().killBackend(kill.applicationName())) {
        tally.missed(kill.kind());
      }
    } catch (SQLException away) {
      tally.missed(kill.kind());
    }
  }

  private void placedKill(Fault.PlacedKill kill) throws InterruptedException, IOException {
    Place place = kill.place();
    List<Line> lines = world.lines(place.role(), place.server());
    try (Ambush ambush = new Ambush(lines, kill.side(), place::isAt, kill.occurrence())) {
      Optional<Ambush.Caught> caught = ambush.await(AMBUSH_MAX);
      if (caught.isEmpty()) {
        tally.missed(kill.kind());
        return;
      }
      Victim victim = kill(caught.get(), kill.server(), kill.arrives(), kill.occurrence());
      ambush.disarm();
      Thread.sleep(kill.pause());
      victim.start();
    }
  }

  /** Who was caught, or the server it talks to; answers which. */
  private Victim kill(Ambush.Caught caught, boolean server, boolean arrives, int which)
      throws IOException {
    Victim victim = server ? serverOf(caught.line(), which) : world.victim(caught.line().client());
    kill(victim);
    if (arrives) {
      caught.hold().goOn();
    } else {
      caught.hold().drop();
    }
    return victim;
  }

  /** What it is stopped at arrives late, after another has taken over from it. */
  private void zombie(Fault.Zombie zombie) throws InterruptedException, IOException {
    Place place = zombie.place();
    List<Line> lines = world.lines(place.role(), place.server());
    try (Ambush ambush = new Ambush(lines, zombie.side(), place::isAt, 1)) {
      Optional<Ambush.Caught> caught = ambush.await(AMBUSH_MAX);
      if (caught.isEmpty()) {
        tally.missed(zombie.kind());
        return;
      }
      ambush.disarm();
      Victim victim = world.victim(caught.get().line().client());
      victim.pause();
      if (!awaitTakeover(place)) {
        tally.missed(zombie.kind());
      }
      victim.resume();
      caught.get().hold().goOn();
    }
  }

  /**
   * Until somebody else has moved on what the stopped one left, or longer than it takes to be given
   * up where that cannot be seen: a sink that holds the rows' locks holds up its successor too.
   *
   * @return false when it should have been seen, and was not
   */
  private boolean awaitTakeover(Place place) throws InterruptedException {
    long head = world.relay().head();
    long deadline = System.nanoTime() + 2 * GIVEN_UP_AFTER.toNanos();
    long soonest = System.nanoTime() + GIVEN_UP_AFTER.toNanos();
    boolean visible = place != Place.STORE;
    while (System.nanoTime() < (visible ? deadline : soonest)) {
      if ((place.role() == Role.INGESTER ? audit.topicAt() : audit.tableAt()) > head) {
        return true;
      }
      Thread.sleep(20);
    }
    return !visible;
  }

  private void killJoining(Fault.KillJoining kill) throws InterruptedException, IOException {
    Victim victim = world.victim(kill.victim());
    Line line = world.line(Line.name(kill.victim(), "kafka"));
    kill(victim);
    try (Ambush ambush = new Ambush(List.of(line), kill.side(), kill.request()::equals, 1)) {
      victim.start();
      Optional<Ambush.Caught> caught = ambush.await(START_MAX);
      if (caught.isEmpty()) {
        tally.missed(kill.kind());
        return;
      }
      kill(victim);
      caught.get().hold().drop();
      victim.start();
    }
  }

  private void killInRebalance(Fault.KillInRebalance kill)
      throws InterruptedException, IOException {
    Victim stopped = world.victim(kill.stopped());
    Victim killed = world.victim(kill.killed());
    Line line = world.line(Line.name(kill.killed(), "kafka"));
    try (Ambush ambush = new Ambush(List.of(line), Hold.Side.REQUEST, kill.request()::equals, 1)) {
      stopped.pause();
      Optional<Ambush.Caught> caught = ambush.await(GIVEN_UP_AFTER.multipliedBy(2));
      if (caught.isPresent()) {
        kill(killed);
        caught.get().hold().drop();
      } else {
        tally.missed(kill.kind());
      }
      stopped.resume();
      killed.start();
    }
  }

  private void killMakingPartitions(Fault.KillMakingPartitions kill)
      throws InterruptedException, IOException {
    Victim victim = world.victim(kill.sink());
    Line line = world.line(Line.name(kill.sink(), "database"));
    kill(victim);
    try (Ambush ambush =
        new Ambush(List.of(line), kill.side(), sql -> sql.startsWith(kill.statement()), 1)) {
      dropPartitionsToCome();
      victim.start();
      Optional<Ambush.Caught> caught = ambush.await(START_MAX);
      if (caught.isEmpty()) {
        tally.missed(kill.kind());
        return;
      }
      kill(victim);
      caught.get().hold().drop();
      victim.start();
    } catch (SQLException away) {
      tally.missed(kill.kind());
      victim.start();
    }
  }

  /** The last day's of each table, which are empty: sinks make them some days ahead. */
  private void dropPartitionsToCome() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                world.database().jdbcUrl(), world.database().user(), world.database().password());
        Statement statement = connection.createStatement()) {
      // Whoever waits for this lock holds up all readers.
      statement.execute("set lock_timeout = '2s'");
      List<String> names = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              """
              select max(inhrelid::regclass::text) from pg_inherits
              where inhparent in ('firehose_events'::regclass, 'firehose_event_collections'::regclass)
              group by inhparent
              """)) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      for (String name : names) {
        statement.execute("drop table " + name);
      }
    }
  }

  private void killInRetention(Fault.KillInRetention kill)
      throws InterruptedException, IOException {
    List<Line> lines = world.lines(Victim.Role.SINK, "database");
    try (Ambush ambush =
        new Ambush(lines, kill.side(), sql -> sql.startsWith(kill.statement()), 1)) {
      Optional<Ambush.Caught> caught =
          oldDays.make() ? ambush.await(RETENTION_MAX) : Optional.empty();
      if (caught.isEmpty()) {
        tally.missed(kill.kind());
        return;
      }
      Victim victim = kill(caught.get(), kill.server(), kill.arrives(), 0);
      ambush.disarm();
      lookAtWhatIsLeft();
      Thread.sleep(kill.pause());
      victim.start();
    } catch (SQLException away) {
      tally.missed(kill.kind());
    }
  }

  /** Before another tries to drop it. */
  private void lookAtWhatIsLeft() {
    try {
      oldDays.look();
    } catch (SQLException away) {
      // The database is what was killed; the round's end looks again.
    }
  }

  private Victim serverOf(Line line, int which) {
    if (line.server().equals("database")) {
      return world.victim("database");
    }
    List<Victim> brokers =
        world.victims().stream().filter(victim -> victim.role() == Role.BROKER).toList();
    return brokers.get(which % brokers.size());
  }

  private void killFor(Victim victim, int pause) throws InterruptedException, IOException {
    kill(victim);
    Thread.sleep(pause);
    victim.start();
  }

  private void kill(Victim victim) throws IOException {
    // Two faults may meet at one victim.
    if (victim.kill()) {
      tally.killed(victim.name());
    }
  }
}
