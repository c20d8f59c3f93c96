package io.skywire.embedded.simulator;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One op of a commit: a create has no {@code prev}, a delete neither {@code cid} nor {@code
 * record}.
 *
 * @see <a href="https://atproto.com/specs/sync#commit-messages">Commit messages</a>
 */
record Op(
    Action action,
    String path,
    @Nullable Cid cid,
    @Nullable Cid prev,
    @Nullable JsonNode json,
    @Nullable Block record) {
  /** What the op does to the record at its path. */
  enum Action {
    CREATE("create"),
    UPDATE("update"),
    DELETE("delete");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Op put(String path, @Nullable Cid prev, JsonNode json) {
    Block block = Block.of(DagCbor.encode(json));
    return new Op(
        prev == null ? Action.CREATE : Action.UPDATE, path, block.cid(), prev, json, block);
  }

  static Op delete(String path, Cid prev) {
    return new Op(Action.DELETE, path, null, prev, null, null);
  }

  String collection() {
    return path.substring(0, path.indexOf('/'));
  }

  String rkey() {
    return path.substring(path.indexOf('/') + 1);
  }
}
