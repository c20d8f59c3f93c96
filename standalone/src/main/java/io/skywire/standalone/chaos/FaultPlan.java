package io.skywire.standalone.chaos;

import io.skywire.embedded.network.Direction;
import io.skywire.embedded.network.Hold;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The faults of each round: a function of the seed and the number of brokers. One thread. The first
 * rounds play one each of the kills that every run must have; all further ones are chosen at
 * random. Most are short; the few that last until a group gives a member up take most of the time.
 */
final class FaultPlan {
  private static final List<String> INGESTERS = List.of("ingester-1", "ingester-2");
  private static final List<String> SINKS = List.of("sink-1", "sink-2");
  private static final int DEMANDED_AGAIN_MAX = 6;
  private static final int START_MAX = 600;
  private static final int PAUSE_MAX = 600;
  private static final int SHORT_MIN = 100;
  private static final int SHORT_MAX = 1_500;
  private static final int LONG_MAX = 15_000;
  private static final int LONG_PERCENT = 5;

  private final SplittableRandom random;
  private final List<String> processes = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final List<String> brokers = new ArrayList<>();
  private final Deque<Fault> demanded = new ArrayDeque<>();
  private int demandedAgain = DEMANDED_AGAIN_MAX;

  /**
   * A fault and when it begins.
   *
   * @param start in milliseconds after the round's beginning
   * @param demanded whether no run may lack it
   */
  record Timed(int start, Fault fault, boolean demanded) {}

  FaultPlan(long seed, int brokerCount) {
    random = new SplittableRandom(seed);
    processes.addAll(INGESTERS);
    processes.addAll(SINKS);
    processes.add("api");
    for (int id = 1; id <= brokerCount; id++) {
      brokers.add("broker-" + id);
    }
    INGESTERS.forEach(ingester -> {
      lines.add(Line.name(ingester, "kafka"));
      lines.add(Line.name(ingester, "relay"));
    });
    SINKS.forEach(sink -> {
      lines.add(Line.name(sink, "kafka"));
      lines.add(Line.name(sink, "database"));
    });
    lines.add(Line.name("api", "database"));
    lines.add(Line.name("reader", "api"));
    // Before the commit of events and cursor, and after it; the same of rows and progress; and what
    // is rare.
    demanded.add(placedKill(Place.COMMIT, Hold.Side.REQUEST));
    demanded.add(placedKill(Place.COMMIT, Hold.Side.ANSWER));
    demanded.add(placedKill(Place.STORE, Hold.Side.REQUEST));
    demanded.add(placedKill(Place.STORE, Hold.Side.ANSWER));
    demanded.add(killMakingPartitions());
    demanded.add(killInRetention());
    demanded.add(killInRebalance());
  }

  private static Fault placedKill(Place place, Hold.Side side) {
    return new Fault.PlacedKill(place, side, 1, false, false, 0);
  }

  List<Timed> next() {
    if (!demanded.isEmpty()) {
      return List.of(new Timed(0, demanded.remove(), true));
    }
    List<Timed> faults = new ArrayList<>();
    int count = chance(35) ? 2 : 1;
    for (int i = 0; i < count; i++) {
      faults.add(new Timed(random.nextInt(START_MAX), fault(), false));
    }
    return faults;
  }

  /** One of these found nobody: those that are demanded are played once more. */
  void missed(List<Timed> faults) {
    for (Timed timed : faults) {
      if (timed.demanded() && demandedAgain > 0) {
        demandedAgain--;
        demanded.addFirst(timed.fault());
      }
    }
  }

  private Fault fault() {
    int dice = random.nextInt(100);
    if (dice < 21) {
      return kill();
    } else if (dice < 24) {
      return killInRetention();
    } else if (dice < 52) {
      return placedKill();
    } else if (dice < 64) {
      return new Fault.Pause(anyVictim(), length());
    } else if (dice < 74) {
      return new Fault.Cut(any(lines), length());
    } else if (dice < 80) {
      return new Fault.Stall(any(lines), directions(), length());
    } else if (dice < 85) {
      return new Fault.Slow(any(lines), random.nextInt(50), 1L << random.nextInt(14, 20), length());
    } else if (dice < 88) {
      return new Fault.Drop(random.nextBoolean());
    } else if (dice < 90) {
      return new Fault.Restart(anyVictim(), pause());
    } else if (dice < 91) {
      return new Fault.KillBackend(random.nextBoolean() ? "skywire-sink" : "skywire-api");
    } else if (dice < 94) {
      return new Fault.KillJoining(any(concat(INGESTERS, SINKS)), joining(), side());
    } else if (dice < 96) {
      return killMakingPartitions();
    } else if (dice < 99) {
      return new Fault.Zombie(zombiePlace(), Hold.Side.REQUEST);
    } else {
      return killInRebalance();
    }
  }

  private Fault killMakingPartitions() {
    return new Fault.KillMakingPartitions(
        any(SINKS), random.nextBoolean() ? "create table if not exists" : "alter table", side());
  }

  private Fault killInRebalance() {
    int stopped = random.nextInt(2);
    return new Fault.KillInRebalance(SINKS.get(stopped), SINKS.get(1 - stopped), joining());
  }

  private Fault kill() {
    int dice = random.nextInt(10);
    if (dice < 3) {
      return new Fault.KillLeader(pause());
    } else if (dice < 8) {
      return new Fault.Kill(List.of(anyVictim()), pause());
    }
    List<String> several = new ArrayList<>();
    for (String process : processes) {
      if (random.nextBoolean()) {
        several.add(process);
      }
    }
    if (several.isEmpty()) {
      several.addAll(processes);
    }
    return new Fault.Kill(several, pause());
  }

  private Fault placedKill() {
    Place[] places = Place.values();
    return new Fault.PlacedKill(
        places[random.nextInt(places.length)],
        side(),
        1 + random.nextInt(5),
        chance(10),
        random.nextBoolean(),
        pause());
  }

  private Fault killInRetention() {
    return new Fault.KillInRetention(
        any(
            List.of(
                "drop table if exists firehose_events_",
                "drop table if exists firehose_event_collections_",
                "COMMIT after drop table")),
        side(),
        chance(20),
        random.nextBoolean(),
        pause());
  }

  private Place zombiePlace() {
    return any(List.of(Place.SEND, Place.COMMIT, Place.PROGRESS, Place.STORE));
  }

  /** Servers take longest to come back, and everybody waits for them. */
  private String anyVictim() {
    int dice = random.nextInt(100);
    if (dice < 12) {
      return any(brokers);
    }
    return dice < 24 ? "database" : any(processes);
  }

  private List<Direction> directions() {
    return switch (random.nextInt(3)) {
      case 0 -> List.of(Direction.TO_SERVER);
      case 1 -> List.of(Direction.TO_CLIENT);
      default -> List.of(Direction.TO_SERVER, Direction.TO_CLIENT);
    };
  }

  private String joining() {
    return random.nextBoolean() ? "JoinGroup" : "SyncGroup";
  }

  private Hold.Side side() {
    return random.nextBoolean() ? Hold.Side.REQUEST : Hold.Side.ANSWER;
  }

  private int pause() {
    return random.nextInt(PAUSE_MAX);
  }

  private int length() {
    return chance(LONG_PERCENT)
        ? random.nextInt(Fault.LONG_MIN, LONG_MAX)
        : random.nextInt(SHORT_MIN, SHORT_MAX);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
