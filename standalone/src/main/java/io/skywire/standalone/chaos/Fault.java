package io.skywire.standalone.chaos;

import io.skywire.embedded.network.Direction;
import io.skywire.embedded.network.Hold;
import java.util.List;
import java.util.Locale;

/** Something that is done to the world and, after a while, undone. Times are in milliseconds. */
sealed interface Fault {
  /** Beyond this every group has given a silent member up, and another has taken over. */
  int LONG_MIN = 8_000;

  /** For the table. */
  String kind();

  private static String kind(String name, int length) {
    return length < LONG_MIN ? name : "long " + name;
  }

  /** SIGKILL of one or several at once, which are started again after a pause. */
  record Kill(List<String> victims, int pause) implements Fault {
    public Kill {
      victims = List.copyOf(victims);
    }

    @Override
    public String kind() {
      return "kill";
    }
  }

  /** SIGKILL of the ingester that leads. */
  record KillLeader(int pause) implements Fault {
    @Override
    public String kind() {
      return "kill";
    }
  }

  /** SIGTERM, and started again. */
  record Restart(String victim, int pause) implements Fault {
    @Override
    public String kind() {
      return "restart";
    }
  }

  /** SIGSTOP, and SIGCONT. */
  record Pause(String victim, int length) implements Fault {
    @Override
    public String kind() {
      return Fault.kind("pause", length);
    }
  }

  /** Connections are reset, and new ones too. */
  record Cut(String line, int length) implements Fault {
    @Override
    public String kind() {
      return Fault.kind("cut", length);
    }
  }

  /** No byte passes, one way or both, and nobody is told. */
  record Stall(String line, List<Direction> directions, int length) implements Fault {
    public Stall {
      directions = List.copyOf(directions);
    }

    @Override
    public String kind() {
      return Fault.kind("stall", length);
    }
  }

  record Slow(String line, int delay, long bytesPerSecond, int length) implements Fault {
    @Override
    public String kind() {
      return Fault.kind("slow", length);
    }
  }

  /** The relay resets its connections, or breaks off within a frame. */
  record Drop(boolean withinFrame) implements Fault {
    @Override
    public String kind() {
      return "relay drops";
    }
  }

  /** SIGKILL of the server's process behind a client's connection: the whole server recovers. */
  record KillBackend(String applicationName) implements Fault {
    @Override
    public String kind() {
      return "backend kill";
    }
  }

  /**
   * SIGKILL of a process that is met at a place, or of the server that it talks to.
   *
   * @param side of the request: the server has not seen it, or has answered
   * @param occurrence of the request from now on
   * @param arrives whether what is held still arrives after the death of who sent it
   */
  record PlacedKill(
      Place place, Hold.Side side, int occurrence, boolean server, boolean arrives, int pause)
      implements Fault {
    @Override
    public String kind() {
      return "kill %s %s"
          .formatted(
              side == Hold.Side.REQUEST ? "before" : "after",
              place.name().toLowerCase(Locale.ROOT));
    }
  }

  /** A process that is stopped at a place until another has taken over, and goes on then. */
  record Zombie(Place place, Hold.Side side) implements Fault {
    @Override
    public String kind() {
      return "zombie";
    }
  }

  /**
   * A process is killed and, when it comes back and joins its group, killed once more.
   *
   * @param request {@code JoinGroup} or {@code SyncGroup}
   */
  record KillJoining(String victim, String request, Hold.Side side) implements Fault {
    @Override
    public String kind() {
      return "kill while joining";
    }
  }

  /** Two sinks: one is stopped until its partitions are given away, the other killed meanwhile. */
  record KillInRebalance(String stopped, String killed, String request) implements Fault {
    @Override
    public String kind() {
      return "kill in a rebalance";
    }
  }

  /**
   * Days to come lose their partitions; a sink that makes them again is killed doing so.
   *
   * @param statement that it is met at
   */
  record KillMakingPartitions(String sink, String statement, Hold.Side side) implements Fault {
    @Override
    public String kind() {
      return "kill while making partitions";
    }
  }

  /**
   * The oldest events come under a day that has expired; the sink that drops it is killed doing so,
   * or the database.
   *
   * @param statement that it is met at
   * @param arrives whether what is held still arrives after the death of who sent it
   */
  record KillInRetention(
      String statement, Hold.Side side, boolean server, boolean arrives, int pause)
      implements Fault {
    @Override
    public String kind() {
      return "kill in retention";
    }
  }
}
