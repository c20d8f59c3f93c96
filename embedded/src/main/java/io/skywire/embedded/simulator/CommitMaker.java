package io.skywire.embedded.simulator;

import io.skywire.embedded.simulator.RecordMaker.Reference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Invents what accounts do to their repos: mostly one new record, sometimes up to ten ops at once,
 * with updates and deletes of what is there. Used by one thread; depends on nothing but the random
 * numbers, the repos and the time given.
 */
final class CommitMaker {
  /** A repo of this size deletes as often as it creates. */
  private static final int RECORDS_MAX = 400;

  private static final int LONGEST_RKEY = 512;

  private final SplittableRandom random;
  private final List<SimulatedRepo> repos;
  private final RecordMaker records;

  CommitMaker(SplittableRandom random, List<SimulatedRepo> repos) {
    this.random = random;
    this.repos = repos;
    this.records = new RecordMaker(random);
  }

  /** Commits to the repo; {@code createdAt} is later than at its last commit, by a millisecond. */
  Commit next(SimulatedRepo repo, Instant createdAt) {
    long micros = createdAt.getEpochSecond() * 1_000_000 + createdAt.getNano() / 1_000;
    // Each op has a path of its own: what two ops do to one path would depend on their order.
    Map<String, Op> ops = new LinkedHashMap<>();
    for (int i = opCount(repo); i > 0; i--) {
      Op op = op(repo, createdAt, micros + i);
      ops.putIfAbsent(op.path(), op);
    }
    String rev = Tid.of(micros + 900, random.nextInt(1_024));
    return repo.commit(rev, List.copyOf(ops.values()), random);
  }

  private int opCount(SimulatedRepo repo) {
    if (repo.rev() == null && random.nextInt(4) == 0) {
      return 0; // a server's first commit is empty
    }
    return random.nextInt(9) == 0 ? 2 + random.nextInt(9) : 1;
  }

  private Op op(SimulatedRepo repo, Instant createdAt, long micros) {
    int kind = random.nextInt(100);
    boolean full = repo.size() >= RECORDS_MAX;
    if (repo.size() > 0 && kind < (full ? 48 : 16)) {
      String path = repo.randomPath(random);
      Cid prev = Objects.requireNonNull(repo.cid(path));
      return kind < 5 ? put(path, prev, createdAt) : Op.delete(path, prev);
    }
    String collection = records.randomCollection();
    String path = collection + "/" + rkey(collection, micros);
    return put(path, repo.cid(path), createdAt);
  }

  private Op put(String path, @Nullable Cid prev, Instant createdAt) {
    String collection = path.substring(0, path.indexOf('/'));
    return Op.put(path, prev, records.make(collection, reference(), createdAt));
  }

  private String rkey(String collection, long micros) {
    String tid = Tid.of(micros, random.nextInt(1_024));
    return switch (collection) {
      case RecordMaker.PROFILE -> "self";
      case RecordMaker.LAB ->
          switch (random.nextInt(12)) {
            case 0 -> tid + "~._:-";
            case 1 -> tid + "x".repeat(LONGEST_RKEY - tid.length());
            default -> tid;
          };
      default -> tid;
    };
  }

  /** A record of some repo, or of nobody's when that one has none. */
  private Reference reference() {
    SimulatedRepo repo = repos.get(random.nextInt(repos.size()));
    String path =
        repo.size() > 0 ? repo.randomPath(random) : "app.bsky.feed.post/" + Tid.of(1_000_000, 1);
    Cid cid = repo.cid(path);
    return new Reference(
        repo.did(),
        "at://" + repo.did() + "/" + path,
        cid == null ? Cid.ofDagCbor(new byte[] {(byte) 0xa0}) : cid);
  }
}
