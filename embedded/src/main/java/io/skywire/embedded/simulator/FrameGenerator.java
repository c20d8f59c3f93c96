package io.skywire.embedded.simulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames out of a seed, without end. The n-th frame depends on the seed and n alone, but for
 * its envelope's time, and the share of hostile ones. Events come in epochs of {@link
 * SeqNumbers#EVENTS_AN_EPOCH}, each with repos of its own, so that any place is reached by making
 * one epoch at most, and memory stays bounded. Used by one thread.
 */
final class FrameGenerator implements FrameSource {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Revs and record keys count from here, a millisecond a seq. */
  static final Instant BEGINNING = Instant.parse("2024-01-01T00:00:00Z");

  private static final List<String> STATUSES =
      List.of("deactivated", "suspended", "takendown", "deleted");

  private final long seed;
  private final int hostileOneIn;
  private long ordinal;
  private Epoch epoch;

  FrameGenerator(long seed) {
    this(seed, 0);
  }

  /**
   * @param hostileOneIn one frame in so many is a hostile one; 0 for none
   */
  FrameGenerator(long seed, int hostileOneIn) {
    this.seed = seed;
    this.hostileOneIn = hostileOneIn;
    this.epoch = new Epoch(seed, 0);
  }

  @Override
  public SimulatedEvent next(Instant time) {
    if (ordinal > 0 && ordinal % SeqNumbers.EVENTS_AN_EPOCH == 0) {
      epoch = new Epoch(seed, ordinal / SeqNumbers.EVENTS_AN_EPOCH);
    }
    long seq = SeqNumbers.seq(seed, ordinal);
    SplittableRandom random = SeqNumbers.random(~seed, ordinal);
    ordinal++;
    String formatted = MILLIS.format(time);
    return hostileOneIn > 0 && random.nextInt(hostileOneIn) == 0
        ? HostileFrames.make(random, seq, formatted)
        : epoch.next(seq, formatted);
  }

  @Override
  public void startAfter(long made) {
    ordinal = made - made % SeqNumbers.EVENTS_AN_EPOCH;
    epoch = new Epoch(seed, ordinal / SeqNumbers.EVENTS_AN_EPOCH);
    while (ordinal < made) {
      next(Instant.EPOCH);
    }
  }

  /** One epoch's repos and what happens to them. */
  private static final class Epoch {
    private static final int REPOS_MAX = 64;

    /** A new repo comes every so many events, until there are enough. */
    private static final int EVENTS_A_NEW_REPO = 12;

    private final SplittableRandom random;
    private final CommitMaker commits;
    private final List<SimulatedRepo> repos;
    private final Deque<Introduction> introductions = new ArrayDeque<>();
    private int made;

    Epoch(long seed, long number) {
      random = SeqNumbers.random(seed, -1 - number);
      repos = new ArrayList<>();
      commits = new CommitMaker(random, repos);
    }

    private enum Step {
      IDENTITY,
      ACCOUNT
    }

    private record Introduction(SimulatedRepo repo, Step step) {}

    SimulatedEvent next(long seq, String time) {
      if (made++ % EVENTS_A_NEW_REPO == 0 && repos.size() < REPOS_MAX) {
        SimulatedRepo repo = new SimulatedRepo(newDid());
        repos.add(repo);
        introductions.add(new Introduction(repo, Step.IDENTITY));
        introductions.add(new Introduction(repo, Step.ACCOUNT));
      }
      Introduction introduction = introductions.poll();
      if (introduction != null) {
        return switch (introduction.step()) {
          case IDENTITY -> identity(seq, introduction.repo(), time);
          case ACCOUNT -> account(seq, introduction.repo(), true, null, time);
        };
      }
      SimulatedRepo repo = randomRepo();
      int kind = random.nextInt(1_000);
      if (kind < 12) {
        return identity(seq, repo, time);
      }
      if (kind < 24 || !repo.active()) {
        return accountChange(seq, repo, time);
      }
      Block latest = repo.latestCommit();
      String rev = repo.rev();
      if (kind < 40 && latest != null && rev != null) {
        byte[] frame = Frames.sync(seq, repo.did(), rev, latest, time);
        return new SimulatedEvent(
            seq,
            "sync",
            repo.did(),
            List.of(),
            frame,
            ExpectedEvents.sync(seq, repo.did(), rev, time));
      }
      return commit(seq, repo, time);
    }

    private SimulatedEvent commit(long seq, SimulatedRepo repo, String time) {
      Instant createdAt = BEGINNING.plusMillis(seq);
      Commit commit = commits.next(repo, createdAt);
      return new SimulatedEvent(
          seq,
          "commit",
          repo.did(),
          commit.ops().stream().map(Op::collection).distinct().toList(),
          Frames.commit(seq, commit, time),
          ExpectedEvents.commit(seq, commit, time));
    }

    private SimulatedEvent identity(long seq, SimulatedRepo repo, String time) {
      String handle =
          random.nextInt(6) == 0 ? null : "user" + random.nextInt(1_000_000) + ".example.com";
      return new SimulatedEvent(
          seq,
          "identity",
          repo.did(),
          List.of(),
          Frames.identity(seq, repo.did(), handle, time),
          ExpectedEvents.identity(seq, repo.did(), handle, time));
    }

    /** An active account falls away, another one comes back. */
    private SimulatedEvent accountChange(long seq, SimulatedRepo repo, String time) {
      repo.active(!repo.active());
      String status = repo.active() ? null : STATUSES.get(random.nextInt(STATUSES.size()));
      return account(seq, repo, repo.active(), status, time);
    }

    private static SimulatedEvent account(
        long seq, SimulatedRepo repo, boolean active, @Nullable String status, String time) {
      return new SimulatedEvent(
          seq,
          "account",
          repo.did(),
          List.of(),
          Frames.account(seq, repo.did(), active, status, time),
          ExpectedEvents.account(seq, repo.did(), active, status, time));
    }

    /** The older repos are the busier ones. */
    private SimulatedRepo randomRepo() {
      double skewed = random.nextDouble() * random.nextDouble();
      return repos.get((int) (skewed * repos.size()));
    }

    private String newDid() {
      byte[] id = new byte[15];
      random.nextBytes(id);
      String text = Cid.base32(id);
      return random.nextInt(16) == 0 ? "did:web:" + text + ".example.com" : "did:plc:" + text;
    }
  }
}
