package io.skywire.embedded.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Frames that no good relay sends. Each has a seq that can be read, and something by which it can
 * be no event, so that it must become a dead letter. Pure.
 */
final class HostileFrames {
  private static final String DID = "did:plc:hostile";

  /** Bytes cut off, or too many; fewer than the last field has. */
  private static final int BYTES_MAX = 20;

  private enum Kind {
    REPEATED_KEY("malformed"),
    CUT_OFF("malformed"),
    TRAILING_BYTES("malformed"),
    FIELDS_MISSING("malformed"),
    NO_DID("invalid_did"),
    UNKNOWN_OP("unknown_op"),
    RESERVED_TYPE("unknown_type");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }
  }

  private HostileFrames() {}

  /** One of any kind, as the random numbers have it. */
  static SimulatedEvent make(SplittableRandom random, long seq, String time) {
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    return new SimulatedEvent(
        seq, "", "", List.of(), frame(kind, random, seq, time), null, kind.reason);
  }

  private static byte[] frame(Kind kind, SplittableRandom random, long seq, String time) {
    byte[] good = Frames.identity(seq, DID, null, time);
    int bytes = 1 + random.nextInt(BYTES_MAX);
    return switch (kind) {
      case REPEATED_KEY ->
          Frames.frame("#identity", body("did", 4, seq, time).key("did").text(DID).endMap());
      case CUT_OFF -> Arrays.copyOf(good, good.length - bytes);
      case TRAILING_BYTES -> Arrays.copyOf(good, good.length + bytes);
      case FIELDS_MISSING -> Frames.frame("#commit", body("repo", 3, seq, time).endMap());
      case NO_DID -> Frames.identity(seq, "hostile", null, time);
      case UNKNOWN_OP ->
          Frames.concat(
              new DagCborWriter().map(1).key("op").integer(2).endMap().toBytes(),
              body("did", 3, seq, time).endMap().toBytes());
      case RESERVED_TYPE -> Frames.frame("#watermark", body("did", 3, seq, time).endMap());
    };
  }

  /** The beginning of a body of so many fields. */
  private static DagCborWriter body(String account, int fields, long seq, String time) {
    DagCborWriter body = new DagCborWriter().map(fields);
    return body.key(account).text(DID).key("seq").integer(seq).key("time").text(time);
  }
}
