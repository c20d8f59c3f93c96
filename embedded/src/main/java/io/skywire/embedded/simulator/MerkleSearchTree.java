package io.skywire.embedded.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A repo's Merkle search tree from path to record CID: an immutable value, changed by making
 * another that shares what did not change. Its shape, and so its root, follows from its keys alone.
 *
 * @see <a href="https://atproto.com/specs/repository#mst-structure">MST structure</a>
 * @see <a href="https://inria.hal.science/hal-02303490">Auvolat, Taïani: Merkle Search Trees</a>
 */
final class MerkleSearchTree {
  static final MerkleSearchTree EMPTY = new MerkleSearchTree(MstNode.EMPTY, 0);

  private final MstNode root;
  private final int layer;

  private MerkleSearchTree(MstNode root, int layer) {
    this.root = root;
    this.layer = layer;
  }

  Cid rootCid() {
    return root.block().cid();
  }

  /** With the key set to the value, whether it was there or not. */
  MerkleSearchTree put(String key, Cid value) {
    int keyLayer = depth(key);
    if (keyLayer <= layer) {
      return new MerkleSearchTree(root.put(layer, key, keyLayer, value), layer);
    }
    if (root.isEmpty()) {
      return new MerkleSearchTree(MstNode.leaf(key, value, null, null), keyLayer);
    }
    MstNode.Split split = root.split(key);
    return new MerkleSearchTree(
        MstNode.leaf(
            key,
            value,
            raise(split.left(), keyLayer - 1 - layer),
            raise(split.right(), keyLayer - 1 - layer)),
        keyLayer);
  }

  /** Without the key, which must be there. */
  MerkleSearchTree remove(String key) {
    MstNode changed = root.remove(key);
    int changedLayer = layer;
    if (changed == null) {
      return EMPTY;
    }
    // The top of the tree is the highest layer with a key.
    for (MstNode only = changed.onlyChild(); only != null; only = changed.onlyChild()) {
      changed = only;
      changedLayer--;
    }
    return new MerkleSearchTree(changed, changedLayer);
  }

  /**
   * The blocks of a commit's covering proof, the root first: the nodes on the way to each key and
   * to its two neighbours. All nodes that a change of these keys made are among them, and so is
   * what it takes to undo the change.
   *
   * @see <a href="https://atproto.com/specs/sync#commit-validation-mst-operation-inversion">MST
   *     operation inversion</a>
   */
  Set<Block> proof(Iterable<String> keys) {
    Set<MstNode> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Block> blocks = new LinkedHashSet<>();
    blocks.add(root.block());
    for (String key : keys) {
      root.cover(key, nodes, blocks);
    }
    return blocks;
  }

  /** A key's depth: the leading zero bits of its SHA-256, two at a time. */
  static int depth(String key) {
    int zeros = 0;
    for (byte b : Cid.sha256(key.getBytes(StandardCharsets.UTF_8))) {
      int leading = Integer.numberOfLeadingZeros(b & 0xff) - 24;
      zeros += leading;
      if (leading < 8) {
        break;
      }
    }
    return zeros / 2;
  }

  /** A subtree under empty nodes, as many as layers are to be bridged. */
  private static @Nullable MstNode raise(@Nullable MstNode node, int layers) {
    MstNode raised = node;
    for (int i = 0; i < layers && raised != null; i++) {
      raised = MstNode.bridge(raised);
    }
    return raised;
  }
}
