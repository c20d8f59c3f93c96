package io.skywire.ingester.atproto;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of a commit's ops. A block is checked against its CID and transcoded at most once,
 * however many ops name it: the second time its JSON, or what was wrong with it, is repeated. So
 * the work is linear in the frame and in the JSON. One thread; reusable.
 */
final class OpRecords {
  private static final int SLOTS = 16;
  private static final int SLOTS_KEPT = 1024;

  private final boolean checksCids;
  private final MessageDigest sha256;
  private final byte[] digest = new byte[Cid.DIGEST_BYTES];
  private final DataModelTranscoder transcoder;
  private final CarIndex blocks = new CarIndex();

  /** By slot: where the record's JSON is in the event, 0 while it is not. */
  private long[] written = new long[SLOTS];

  private @Nullable String[] errors = new String[SLOTS];
  private byte[] frame = {};

  OpRecords(DataModelTranscoder transcoder, boolean checksCids) {
    this.transcoder = transcoder;
    this.checksCids = checksCids;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Finds the records of the ops in the CAR of this range of the frame. */
  void read(byte[] bytes, Ops ops, int from, int to) {
    frame = bytes;
    blocks.clear(bytes, ops.count());
    for (int op = 0; op < ops.count(); op++) {
      if (!ops.isDelete(op) && ops.hasRecordCid(op)) {
        blocks.want(ops.cidFrom(op) + Cid.DIGEST_AT);
      }
    }
    blocks.read(from, to);
    if (blocks.slots() > written.length || written.length > SLOTS_KEPT) {
      int capacity = Math.max(SLOTS, blocks.slots());
      written = new long[capacity];
      errors = new String[capacity];
    }
    Arrays.fill(written, 0, blocks.slots(), 0);
    Arrays.fill(errors, 0, blocks.slots(), null);
  }

  /**
   * Writes the record that a create or update names.
   *
   * @return null, or what is wrong with it; then nothing was written
   */
  @Nullable String write(Ops ops, int op, JsonWriter json) {
    if (!ops.hasCid(op)) {
      return "cid: missing";
    }
    if (!ops.hasRecordCid(op)) {
      return "cid: not of a record";
    }
    int slot = blocks.slot(ops.cidFrom(op) + Cid.DIGEST_AT);
    if (!blocks.isFound(slot)) {
      return "record: no such block";
    }
    String error = errors[slot];
    if (error == null) {
      error = writeBlock(slot, ops.cidFrom(op), json);
      // The room for records only shrinks: what was too large stays it.
      errors[slot] = error;
    }
    return error;
  }

  private @Nullable String writeBlock(int slot, int cidFrom, JsonWriter json) {
    int mark = json.size();
    try {
      if (written[slot] != 0) {
        int before = ByteRanges.start(written[slot]);
        json.again(before, before + ByteRanges.length(written[slot]));
        return null;
      }
      int from = blocks.from(slot);
      int to = from + blocks.length(slot);
      if (checksCids && !matches(from, to, cidFrom + Cid.DIGEST_AT)) {
        return "record: block does not match its CID";
      }
      transcode(from, to, json);
      written[slot] = ByteRanges.of(mark, json.size() - mark);
      return null;
    } catch (MalformedFrameException malformed) {
      json.truncate(mark);
      return malformed.reason() == DropReason.TOO_LARGE
          ? "record: too large as JSON"
          : malformed.within("record").detail();
    }
  }

  private void transcode(int from, int to, JsonWriter json) throws MalformedFrameException {
    if (from == to || (frame[from] & 0xE0) != CborReader.MAP << 5) {
      throw new MalformedFrameException("no map", from);
    }
    int end = transcoder.transcode(frame, from, to, DataModelTranscoder.LEVELS_MAX, json);
    if (end != to) {
      throw new MalformedFrameException("trailing bytes", end);
    }
  }

  private boolean matches(int from, int to, int digestAt) {
    sha256.update(frame, from, to - from);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException impossible) {
      throw new IllegalStateException("a SHA-256 digest has 32 bytes", impossible);
    }
    return Arrays.equals(digest, 0, Cid.DIGEST_BYTES, frame, digestAt, digestAt + Cid.DIGEST_BYTES);
  }
}
