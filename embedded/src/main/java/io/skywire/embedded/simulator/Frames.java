package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the stream's frames: a header and a body, each canonical DAG-CBOR. Pure.
 *
 * @see <a href="https://atproto.com/specs/event-stream">Event Stream</a>
 */
final class Frames {
  private Frames() {}

  static byte[] commit(long seq, Commit commit, String time) {
    DagCborWriter body = new DagCborWriter().map(commit.prevData() == null ? 11 : 12);
    body.key("ops").list(commit.ops().size());
    for (Op op : commit.ops()) {
      writeOp(op, body);
    }
    body.endList().key("rev").text(commit.rev()).key("seq").integer(seq);
    body.key("repo").text(commit.did()).key("time").text(time);
    body.key("blobs").list(0).endList().key("since").text(commit.since());
    body.key("blocks").bytes(CarWriter.write(commit.blocks()));
    body.key("commit").link(commit.cid());
    body.key("rebase").bool(false).key("tooBig").bool(false);
    if (commit.prevData() != null) {
      body.key("prevData").link(commit.prevData());
    }
    return frame("#commit", body.endMap());
  }

  static byte[] sync(long seq, String did, String rev, Block commit, String time) {
    DagCborWriter body = new DagCborWriter().map(5).key("did").text(did).key("rev").text(rev);
    body.key("seq").integer(seq).key("time").text(time);
    body.key("blocks").bytes(CarWriter.write(List.of(commit)));
    return frame("#sync", body.endMap());
  }

  static byte[] identity(long seq, String did, @Nullable String handle, String time) {
    DagCborWriter body = new DagCborWriter().map(handle == null ? 3 : 4);
    body.key("did").text(did).key("seq").integer(seq).key("time").text(time);
    if (handle != null) {
      body.key("handle").text(handle);
    }
    return frame("#identity", body.endMap());
  }

  static byte[] account(
      long seq, String did, boolean active, @Nullable String status, String time) {
    DagCborWriter body = new DagCborWriter().map(status == null ? 4 : 5);
    body.key("did").text(did).key("seq").integer(seq).key("time").text(time);
    body.key("active").bool(active);
    if (status != null) {
      body.key("status").text(status);
    }
    return frame("#account", body.endMap());
  }

  static byte[] info(String name, String message) {
    DagCborWriter body = new DagCborWriter().map(2).key("name").text(name);
    return frame("#info", body.key("message").text(message).endMap());
  }

  static byte[] error(String error, String message) {
    byte[] header = new DagCborWriter().map(1).key("op").integer(-1).endMap().toBytes();
    DagCborWriter body = new DagCborWriter().map(2).key("error").text(error);
    return concat(header, body.key("message").text(message).endMap().toBytes());
  }

  private static void writeOp(Op op, DagCborWriter body) {
    body.map(op.prev() == null ? 3 : 4).key("cid").link(op.cid()).key("path").text(op.path());
    if (op.prev() != null) {
      body.key("prev").link(op.prev());
    }
    body.key("action").text(op.action().toString()).endMap();
  }

  static byte[] frame(String type, DagCborWriter body) {
    byte[] header =
        new DagCborWriter().map(2).key("t").text(type).key("op").integer(1).endMap().toBytes();
    return concat(header, body.toBytes());
  }

  static byte[] concat(byte[] header, byte[] body) {
    byte[] frame = new byte[header.length + body.length];
    System.arraycopy(header, 0, frame, 0, header.length);
    System.arraycopy(body, 0, frame, header.length, body.length);
    return frame;
  }
}
