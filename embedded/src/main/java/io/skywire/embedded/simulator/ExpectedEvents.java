package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what must come out of Skywire's API for each generated frame, without {@code indexed_at}.
 * Built from what was generated, so that no decoder vouches for itself. Pure.
 */
final class ExpectedEvents {
  private ExpectedEvents() {}

  static ObjectNode commit(long seq, Commit commit, String time) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("rev", commit.rev());
    record.put("since", commit.since());
    record.put("commit", commit.cid().toString());
    if (commit.prevData() != null) {
      record.put("prev_data", commit.prevData().toString());
    }
    ArrayNode ops = record.putArray("ops");
    commit.ops().forEach(op -> ops.add(op(op)));
    List<Op> all = commit.ops();
    String collection = all.isEmpty() ? null : all.getFirst().collection();
    return event(seq, "commit", commit.did(), collection, time, record);
  }

  static ObjectNode sync(long seq, String did, String rev, String time) {
    ObjectNode record = record(did, time);
    record.put("rev", rev);
    return event(seq, "sync", did, null, time, record);
  }

  static ObjectNode identity(long seq, String did, @Nullable String handle, String time) {
    ObjectNode record = record(did, time);
    if (handle != null) {
      record.put("handle", handle);
    }
    return event(seq, "identity", did, null, time, record);
  }

  static ObjectNode account(
      long seq, String did, boolean active, @Nullable String status, String time) {
    ObjectNode record = record(did, time);
    record.put("active", active);
    if (status != null) {
      record.put("status", status);
    }
    return event(seq, "account", did, null, time, record);
  }

  private static ObjectNode op(Op op) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("action", op.action().toString());
    json.put("path", op.path());
    json.put("collection", op.collection());
    json.put("rkey", op.rkey());
    json.put("cid", op.cid() == null ? null : op.cid().toString());
    if (op.prev() != null) {
      json.put("prev", op.prev().toString());
    }
    if (op.json() != null) {
      json.set("record", op.json());
    }
    return json;
  }

  private static ObjectNode record(String did, String time) {
    return JsonNodeFactory.instance.objectNode().put("did", did).put("time", time);
  }

  private static ObjectNode event(
      long seq,
      String type,
      String repo,
      @Nullable String collection,
      String time,
      ObjectNode record) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("seq", seq).put("event_type", type).put("repo", repo);
    event.put("collection", collection);
    event.put("time", time);
    event.set("record", record);
    return event;
  }
}
