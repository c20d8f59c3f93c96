package io.skywire.ingester.atproto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of a {@code #commit} event: {@code {rev, since, commit, prev_data?, too_big?, ops}}.
 * An op with something wrong keeps its place and says what. One thread; reusable: {@link #read} a
 * body, then {@link #write} it.
 */
final class CommitTranscoder {
  private static final byte[] REV = JsonWriter.ascii("{\"rev\":");
  private static final byte[] SINCE = JsonWriter.ascii(",\"since\":");
  private static final byte[] COMMIT = JsonWriter.ascii(",\"commit\":");
  private static final byte[] PREV_DATA = JsonWriter.ascii(",\"prev_data\":");
  private static final byte[] TOO_BIG = JsonWriter.ascii(",\"too_big\":true");
  private static final byte[] OPS = JsonWriter.ascii(",\"ops\":[");
  private static final byte[] ACTION = JsonWriter.ascii("{\"action\":");
  private static final byte[] PATH = JsonWriter.ascii(",\"path\":");
  private static final byte[] COLLECTION = JsonWriter.ascii(",\"collection\":");
  private static final byte[] RKEY = JsonWriter.ascii(",\"rkey\":");
  private static final byte[] CID = JsonWriter.ascii(",\"cid\":");
  private static final byte[] PREV = JsonWriter.ascii(",\"prev\":");
  private static final byte[] RECORD = JsonWriter.ascii(",\"record\":");
  private static final byte[] ERROR = JsonWriter.ascii(",\"error\":");

  /** An op's names, brackets and error. */
  private static final int OP_CONSTANT_BYTES_MAX = 150 + Printable.CHARACTERS_MAX;

  /** A control character's escape for each byte. */
  private static final int BYTES_EACH_MAX = 6;

  private final CborReader cbor;
  private final Ops ops;
  private final OpRecords records;
  private @Nullable String firstError;
  private int errors;

  CommitTranscoder(CborReader cbor, DataModelTranscoder transcoder, boolean checksCids) {
    this.cbor = cbor;
    this.ops = new Ops(cbor);
    this.records = new OpRecords(transcoder, checksCids);
  }

  /** Reads the ops and finds their records; answers with the ops' collections. */
  List<String> read(Fields body) throws MalformedFrameException {
    ops.clear();
    firstError = null;
    errors = 0;
    body.head(Field.OPS);
    if (cbor.major != CborReader.ARRAY) {
      throw body.malformed(Field.OPS, DropReason.MALFORMED, "no array");
    }
    try {
      ops.read();
    } catch (MalformedFrameException malformed) {
      throw malformed.within("body.ops");
    }
    cbor.start = 0;
    cbor.length = 0;
    // A commit that was too big comes without its blocks.
    if (body.isPresent(Field.BLOCKS) || !body.isTrue(Field.TOO_BIG)) {
      body.bytes(Field.BLOCKS);
    }
    records.read(cbor.bytes, ops, cbor.start, cbor.start + cbor.length);
    return ops.collections();
  }

  /** What the ops do, as the header {@code ops} has it. */
  String ops() {
    return ops.tally();
  }

  /**
   * @return why ops are marked, or null
   */
  @Nullable String write(Fields body, JsonWriter json) throws MalformedFrameException {
    json.raw(REV);
    body.writeText(Field.REV, json);
    json.raw(SINCE);
    body.writeTextOrNull(Field.SINCE, json);
    json.raw(COMMIT);
    body.writeLink(Field.COMMIT, json);
    if (body.has(Field.PREV_DATA)) {
      json.raw(PREV_DATA);
      body.writeLinkOrNull(Field.PREV_DATA, json);
    }
    if (body.isTrue(Field.TOO_BIG)) {
      json.raw(TOO_BIG);
    }
    writeOps(json);
    json.raw('}');
    return firstError == null
        ? null
        : firstError + " (" + errors + " of " + ops.count() + " ops marked)";
  }

  private void writeOps(JsonWriter json) throws MalformedFrameException {
    json.raw(OPS);
    // Records may take what the ops themselves will certainly not need.
    long reserved = 2;
    for (int op = 0; op < ops.count(); op++) {
      reserved += bytesMax(op);
    }
    if (json.size() + reserved > FrameDecoder.JSON_BYTES_MAX) {
      throw new MalformedFrameException(DropReason.TOO_LARGE, "too many ops", cbor.position)
          .within("body.ops");
    }
    for (int op = 0; op < ops.count(); op++) {
      if (op > 0) {
        json.raw(',');
      }
      writeOp(op, (int) reserved, json);
      reserved -= bytesMax(op);
    }
    json.raw(']');
  }

  private long bytesMax(int op) {
    int path = ops.pathTo(op) - ops.pathFrom(op);
    int action = ops.actionTo(op) - ops.actionFrom(op);
    return OP_CONSTANT_BYTES_MAX
        + BYTES_EACH_MAX * ((long) action + path)
        + 2L * (ops.cidLength(op) + ops.prevLength(op));
  }

  private void writeOp(int op, int reserved, JsonWriter json) throws MalformedFrameException {
    byte[] bytes = cbor.bytes;
    try {
      json.raw(ACTION);
      json.text(bytes, ops.actionFrom(op), ops.actionTo(op));
      json.raw(PATH);
      json.text(bytes, ops.pathFrom(op), ops.pathTo(op));
    } catch (MalformedFrameException malformed) {
      throw malformed.within("body.ops[" + op + "]");
    }
    if (ops.hasValidPath(op)) {
      json.raw(COLLECTION);
      json.text(bytes, ops.pathFrom(op), ops.slashAt(op));
      json.raw(RKEY);
      json.text(bytes, ops.slashAt(op) + 1, ops.pathTo(op));
    }
    json.raw(CID);
    writeLinkOrNull(ops.hasCid(op), ops.cidFrom(op), ops.cidLength(op), json);
    if (ops.hasPrev(op) || ops.hasNullPrev(op)) {
      json.raw(PREV);
      writeLinkOrNull(ops.hasPrev(op), ops.prevFrom(op), ops.prevLength(op), json);
    }
    String error = writeRecord(op, reserved, json);
    if (error != null) {
      json.raw(ERROR);
      json.text(error);
    }
    json.raw('}');
  }

  private void writeLinkOrNull(boolean isLink, int from, int length, JsonWriter json)
      throws MalformedFrameException {
    if (isLink) {
      json.cid(cbor.bytes, from, length);
    } else {
      json.nothing();
    }
  }

  private @Nullable String writeRecord(int op, int reserved, JsonWriter json)
      throws MalformedFrameException {
    String error = ops.error(op);
    if (!ops.isDelete(op)) {
      int mark = json.size();
      json.raw(RECORD);
      json.limit(FrameDecoder.JSON_BYTES_MAX - reserved);
      String recordError = records.write(ops, op, json);
      json.limit(FrameDecoder.JSON_BYTES_MAX);
      if (recordError != null) {
        json.truncate(mark);
        error = error == null ? recordError : error;
      }
    }
    if (error != null) {
      errors++;
      if (firstError == null) {
        firstError = "body.ops[" + op + "]." + error;
      }
    }
    return error;
  }
}
