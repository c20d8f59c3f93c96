package io.skywire.embedded.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link MerkleSearchTree}: keys in order with their values, and a subtree (or none)
 * before, between and after them, one layer below. Immutable but for its block, which is encoded
 * when first asked for; one thread.
 */
final class MstNode {
  static final MstNode EMPTY = new MstNode(List.of(), List.of(), Arrays.asList((MstNode) null));

  private final List<String> keys;
  private final List<Cid> values;
  private final List<@Nullable MstNode> subtrees;
  private @Nullable Block block;

  private MstNode(List<String> keys, List<Cid> values, List<@Nullable MstNode> subtrees) {
    this.keys = keys;
    this.values = values;
    this.subtrees = subtrees;
  }

  /** What lies below and above a key; null for nothing. */
  record Split(@Nullable MstNode left, @Nullable MstNode right) {
    static final Split NOTHING = new Split(null, null);
  }

  static MstNode leaf(String key, Cid value, @Nullable MstNode left, @Nullable MstNode right) {
    return new MstNode(List.of(key), List.of(value), Arrays.asList(left, right));
  }

  /** A node without keys between a subtree and a layer above it. */
  static MstNode bridge(MstNode subtree) {
    return new MstNode(List.of(), List.of(), Arrays.asList(subtree));
  }

  boolean isEmpty() {
    return keys.isEmpty() && subtrees.getFirst() == null;
  }

  /** The subtree of a node without keys, null for any other node. */
  @Nullable MstNode onlyChild() {
    return keys.isEmpty() ? subtrees.getFirst() : null;
  }

  /** With the key set; its layer is not above this node's. */
  MstNode put(int layer, String key, int keyLayer, Cid value) {
    int at = Collections.binarySearch(keys, key);
    if (at >= 0) {
      List<Cid> changed = new ArrayList<>(values);
      changed.set(at, value);
      return new MstNode(keys, changed, subtrees);
    }
    int before = -at - 1;
    MstNode subtree = subtrees.get(before);
    if (keyLayer < layer) {
      MstNode child = subtree == null ? EMPTY : subtree;
      return withSubtree(before, child.put(layer - 1, key, keyLayer, value));
    }
    Split split = subtree == null ? Split.NOTHING : subtree.split(key);
    List<String> changedKeys = new ArrayList<>(keys);
    changedKeys.add(before, key);
    List<Cid> changedValues = new ArrayList<>(values);
    changedValues.add(before, value);
    List<@Nullable MstNode> changedSubtrees = new ArrayList<>(subtrees);
    changedSubtrees.set(before, split.left());
    changedSubtrees.add(before + 1, split.right());
    return new MstNode(changedKeys, changedValues, changedSubtrees);
  }

  /** Cuts the node at a key that is not in it. */
  Split split(String key) {
    int before = -Collections.binarySearch(keys, key) - 1;
    MstNode subtree = subtrees.get(before);
    Split inner = subtree == null ? Split.NOTHING : subtree.split(key);
    List<@Nullable MstNode> left = new ArrayList<>(subtrees.subList(0, before));
    left.add(inner.left());
    List<@Nullable MstNode> right = new ArrayList<>(subtrees.subList(before, subtrees.size()));
    right.set(0, inner.right());
    return new Split(
        unlessEmpty(
            new MstNode(
                List.copyOf(keys.subList(0, before)),
                List.copyOf(values.subList(0, before)),
                left)),
        unlessEmpty(
            new MstNode(
                List.copyOf(keys.subList(before, keys.size())),
                List.copyOf(values.subList(before, values.size())),
                right)));
  }

  /** Without the key; null when nothing remains. */
  @Nullable MstNode remove(String key) {
    int at = Collections.binarySearch(keys, key);
    if (at < 0) {
      MstNode subtree = subtrees.get(-at - 1);
      if (subtree == null) {
        throw new IllegalArgumentException("not in the tree: " + key);
      }
      return unlessEmpty(withSubtree(-at - 1, subtree.remove(key)));
    }
    List<String> changedKeys = new ArrayList<>(keys);
    changedKeys.remove(at);
    List<Cid> changedValues = new ArrayList<>(values);
    changedValues.remove(at);
    List<@Nullable MstNode> changedSubtrees = new ArrayList<>(subtrees);
    MstNode after = changedSubtrees.remove(at + 1);
    changedSubtrees.set(at, merge(subtrees.get(at), after));
    return unlessEmpty(new MstNode(changedKeys, changedValues, changedSubtrees));
  }

  /** Adds this node and those on the way to the key and its neighbours. */
  void cover(String key, Set<MstNode> seen, Set<Block> blocks) {
    if (seen.add(this)) {
      blocks.add(block());
    }
    int at = Collections.binarySearch(keys, key);
    int before = at >= 0 ? at : -at - 1;
    MstNode left = subtrees.get(before);
    if (left != null) {
      left.cover(key, seen, blocks);
    }
    MstNode right = at >= 0 ? subtrees.get(at + 1) : null;
    if (right != null) {
      right.cover(key, seen, blocks);
    }
  }

  Block block() {
    Block encoded = block;
    if (encoded == null) {
      encoded = Block.of(encode());
      block = encoded;
    }
    return encoded;
  }

  /** {@code {e: [{k, p, t, v}], l}}: a key is the suffix k behind p bytes of the key before it. */
  private byte[] encode() {
    DagCborWriter node = new DagCborWriter().map(2).key("e").list(keys.size());
    byte[] previous = {};
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
      int shared = commonPrefix(previous, key);
      node.map(4)
          .key("k")
          .bytes(Arrays.copyOfRange(key, shared, key.length))
          .key("p")
          .integer(shared)
          .key("t")
          .link(subtreeCid(i + 1))
          .key("v")
          .link(values.get(i))
          .endMap();
      previous = key;
    }
    return node.endList().key("l").link(subtreeCid(0)).endMap().toBytes();
  }

  static int commonPrefix(byte[] one, byte[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return mismatch < 0 ? one.length : mismatch;
  }

  private @Nullable Cid subtreeCid(int at) {
    MstNode subtree = subtrees.get(at);
    return subtree == null ? null : subtree.block().cid();
  }

  private MstNode withSubtree(int at, @Nullable MstNode subtree) {
    List<@Nullable MstNode> changed = new ArrayList<>(subtrees);
    changed.set(at, subtree);
    return new MstNode(keys, values, changed);
  }

  private static @Nullable MstNode unlessEmpty(MstNode node) {
    return node.isEmpty() ? null : node;
  }

  /** Joins two neighbours of one layer. */
  private static @Nullable MstNode merge(@Nullable MstNode left, @Nullable MstNode right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    List<String> keys = new ArrayList<>(left.keys);
    keys.addAll(right.keys);
    List<Cid> values = new ArrayList<>(left.values);
    values.addAll(right.values);
    List<@Nullable MstNode> subtrees = new ArrayList<>(left.subtrees);
    MstNode between = subtrees.removeLast();
    subtrees.addAll(right.subtrees);
    subtrees.set(left.subtrees.size() - 1, merge(between, right.subtrees.getFirst()));
    return new MstNode(keys, values, subtrees);
  }
}
