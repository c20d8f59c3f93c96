package io.skywire.embedded.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One account's repository: its records' paths and CIDs, its tree and its latest commit. Used by
 * one thread. Every commit has a rev above the last; record contents are not kept.
 *
 * <p>Signatures are random bytes of the right length: nobody can verify them.
 */
final class SimulatedRepo {
  private static final int SIGNATURE_BYTES = 64;

  private final String did;
  private final List<String> paths = new ArrayList<>();
  private final Map<String, Cid> records = new HashMap<>();
  private MerkleSearchTree tree = MerkleSearchTree.EMPTY;
  private @Nullable String rev;
  private @Nullable Block commit;
  private boolean active = true;

  SimulatedRepo(String did) {
    this.did = did;
  }

  /** Applies the ops, each to a path of its own, and commits. */
  Commit commit(String newRev, List<Op> ops, SplittableRandom random) {
    Cid prevData = rev == null ? null : tree.rootCid();
    ops.forEach(this::apply);
    Block signed = commitBlock(newRev, random);
    List<Block> blocks = new ArrayList<>();
    blocks.add(signed);
    blocks.addAll(tree.proof(ops.stream().map(Op::path).toList()));
    for (Op op : ops) {
      if (op.record() != null) {
        blocks.add(op.record());
      }
    }
    Commit made = new Commit(did, newRev, rev, signed.cid(), prevData, ops, blocks);
    rev = newRev;
    commit = signed;
    return made;
  }

  String did() {
    return did;
  }

  int size() {
    return paths.size();
  }

  boolean active() {
    return active;
  }

  void active(boolean nowActive) {
    active = nowActive;
  }

  /** The latest rev, null before the first commit. */
  @Nullable String rev() {
    return rev;
  }

  /** The latest commit's block, null before the first commit. */
  @Nullable Block latestCommit() {
    return commit;
  }

  String randomPath(SplittableRandom random) {
    return paths.get(random.nextInt(paths.size()));
  }

  /** The CID of the record at a path, null for none. */
  @Nullable Cid cid(String path) {
    return records.get(path);
  }

  private void apply(Op op) {
    if (op.cid() == null) {
      tree = tree.remove(op.path());
      records.remove(op.path());
      // The order of paths is of no matter, so the last may fill the hole.
      int at = paths.indexOf(op.path());
      String last = paths.removeLast();
      if (at < paths.size()) {
        paths.set(at, last);
      }
    } else {
      tree = tree.put(op.path(), op.cid());
      if (records.put(op.path(), op.cid()) == null) {
        paths.add(op.path());
      }
    }
  }

  private Block commitBlock(String newRev, SplittableRandom random) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    random.nextBytes(signature);
    return Block.of(
        new DagCborWriter()
            .map(6)
            .key("did")
            .text(did)
            .key("rev")
            .text(newRev)
            .key("sig")
            .bytes(signature)
            .key("data")
            .link(tree.rootCid())
            .key("prev")
            .nothing()
            .key("version")
            .integer(3)
            .endMap()
            .toBytes());
  }
}
