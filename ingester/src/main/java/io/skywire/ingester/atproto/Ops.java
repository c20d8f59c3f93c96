package io.skywire.ingester.atproto;

import io.skywire.common.topic.OpCount;
import io.skywire.common.topic.OpTally;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ops of a commit as offsets into its frame. An op must be a map with an action and a path, or
 * the whole frame is malformed; what else is wrong with it is its {@link #error}. One thread;
 * reusable.
 */
final class Ops {
  /** The list goes into a Kafka header: a hostile commit must not make that one huge. */
  static final int COLLECTIONS_MAX = 200;

  private static final byte[] CREATE = JsonWriter.ascii("create");
  private static final byte[] UPDATE = JsonWriter.ascii("update");
  private static final byte[] DELETE = JsonWriter.ascii("delete");

  /** {@code {"path":"","action":""}} is the shortest op in CBOR. */
  private static final int OP_BYTES_MIN = 15;

  private static final int OPS_KEPT = 1024;

  private static final int ACTION = 0;
  private static final int PATH = 2;
  private static final int CID = 4;
  private static final int PREV = 6;

  /** Where the path's slash is, or -1 for a path that is no {@code NSID/record-key}. */
  private static final int SLASH = 8;

  private static final int NUMBERS = 9;

  /** Instead of an offset. */
  private static final int ABSENT = -1;

  private static final int NULL = -2;
  private static final int INVALID = -3;

  private final CborReader cbor;
  private final Fields fields;
  private int[] numbers = new int[NUMBERS * 16];
  private int count;

  Ops(CborReader cbor) {
    this.cbor = cbor;
    this.fields = new Fields(cbor, "");
  }

  void clear() {
    count = 0;
    if (numbers.length > NUMBERS * OPS_KEPT) {
      numbers = new int[NUMBERS * 16];
    }
  }

  /** Reads the array whose head the reader has just read. */
  void read() throws MalformedFrameException {
    int declared = cbor.count();
    if (declared > (cbor.end - cbor.position) / OP_BYTES_MIN) {
      throw new MalformedFrameException("more ops than fit", cbor.position);
    }
    if (numbers.length < NUMBERS * declared) {
      numbers = new int[NUMBERS * declared];
    }
    for (count = 0; count < declared; count++) {
      try {
        readOp(NUMBERS * count);
      } catch (MalformedFrameException malformed) {
        throw malformed.within("[" + count + "]");
      }
    }
  }

  private void readOp(int op) throws MalformedFrameException {
    fields.index();
    int behind = cbor.position;
    fields.text(Field.ACTION);
    keep(op + ACTION);
    fields.text(Field.PATH);
    keep(op + PATH);
    numbers[op + SLASH] = slash(cbor.start, cbor.start + cbor.length);
    readLink(op + CID, Field.CID);
    readLink(op + PREV, Field.PREV);
    cbor.position = behind;
  }

  private void keep(int index) {
    numbers[index] = cbor.start;
    numbers[index + 1] = cbor.length;
  }

  private void readLink(int index, Field field) {
    numbers[index] = fields.has(field) ? NULL : ABSENT;
    numbers[index + 1] = 0;
    if (fields.isPresent(field)) {
      try {
        fields.link(field);
        keep(index);
      } catch (MalformedFrameException malformed) {
        numbers[index] = INVALID;
      }
    }
  }

  private int slash(int from, int to) {
    byte[] bytes = cbor.bytes;
    int slash = from;
    while (slash < to && bytes[slash] != '/') {
      slash++;
    }
    boolean valid = Nsid.isValid(bytes, from, slash) && RecordKey.isValid(bytes, slash + 1, to);
    return valid ? slash : ABSENT;
  }

  int count() {
    return count;
  }

  int actionFrom(int op) {
    return numbers[NUMBERS * op + ACTION];
  }

  int actionTo(int op) {
    return actionFrom(op) + numbers[NUMBERS * op + ACTION + 1];
  }

  int pathFrom(int op) {
    return numbers[NUMBERS * op + PATH];
  }

  int pathTo(int op) {
    return pathFrom(op) + numbers[NUMBERS * op + PATH + 1];
  }

  boolean hasValidPath(int op) {
    return slashAt(op) != ABSENT;
  }

  int slashAt(int op) {
    return numbers[NUMBERS * op + SLASH];
  }

  boolean hasCid(int op) {
    return cidFrom(op) >= 0;
  }

  /** Whether the op names a record as records are named. */
  boolean hasRecordCid(int op) {
    return hasCid(op)
        && cidLength(op) == Cid.RECORD_BYTES
        && Cid.startsAsRecord(cbor.bytes, cidFrom(op), cidLength(op));
  }

  int cidFrom(int op) {
    return numbers[NUMBERS * op + CID];
  }

  int cidLength(int op) {
    return numbers[NUMBERS * op + CID + 1];
  }

  boolean hasPrev(int op) {
    return prevFrom(op) >= 0;
  }

  /** Whether the field is there as null. */
  boolean hasNullPrev(int op) {
    return prevFrom(op) == NULL;
  }

  int prevFrom(int op) {
    return numbers[NUMBERS * op + PREV];
  }

  int prevLength(int op) {
    return numbers[NUMBERS * op + PREV + 1];
  }

  /** Any other action leaves a record behind. */
  boolean isDelete(int op) {
    return isAction(op, DELETE);
  }

  private boolean isAction(int op, byte[] action) {
    return Arrays.equals(cbor.bytes, actionFrom(op), actionTo(op), action, 0, action.length);
  }

  /** What is wrong with the op itself, whatever its record. */
  @Nullable String error(int op) {
    if (!hasValidPath(op)) {
      return "path: not a collection and a record key";
    }
    if (cidFrom(op) == INVALID) {
      return "cid: no valid CID link";
    }
    if (prevFrom(op) == INVALID) {
      return "prev: no valid CID link";
    }
    return null;
  }

  /** How many ops do what to which collection, as the header {@code ops} has it. */
  String tally() {
    // Nearly every commit has one op.
    if (count == 1) {
      String collection = collection(0);
      return OpTally.pair(action(0), collection == null ? OpCount.OTHER : collection);
    }
    OpTally tally = new OpTally();
    int alike;
    for (int op = 0; op < count; op += alike) {
      alike = 1;
      while (op + alike < count && areAlike(op, op + alike)) {
        alike++;
      }
      tally.add(action(op), collection(op), alike);
    }
    return tally.header();
  }

  /** Whether the tally has them as the same. */
  private boolean areAlike(int op, int other) {
    byte[] bytes = cbor.bytes;
    return action(op).equals(action(other))
        && hasValidPath(op) == hasValidPath(other)
        && (!hasValidPath(op)
            || Arrays.equals(
                bytes, pathFrom(op), slashAt(op), bytes, pathFrom(other), slashAt(other)));
  }

  /** One of a few texts, whatever the op says. */
  private String action(int op) {
    if (isAction(op, CREATE)) {
      return "create";
    }
    if (isAction(op, DELETE)) {
      return "delete";
    }
    return isAction(op, UPDATE) ? "update" : OpCount.OTHER;
  }

  private @Nullable String collection(int op) {
    int from = pathFrom(op);
    return hasValidPath(op)
        ? new String(cbor.bytes, from, slashAt(op) - from, StandardCharsets.US_ASCII)
        : null;
  }

  /** The distinct valid collections, in order of first occurrence. */
  List<String> collections() {
    String first = null;
    Set<String> all = null;
    int lastFrom = 0;
    int lastTo = 0;
    byte[] bytes = cbor.bytes;
    for (int op = 0; op < count; op++) {
      int from = pathFrom(op);
      int to = slashAt(op);
      if (to == ABSENT || Arrays.equals(bytes, from, to, bytes, lastFrom, lastTo)) {
        continue;
      }
      lastFrom = from;
      lastTo = to;
      String collection = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
      if (first == null) {
        first = collection;
      } else {
        if (all == null) {
          all = new LinkedHashSet<>(List.of(first));
        }
        all.add(collection);
        if (all.size() == COLLECTIONS_MAX) {
          break;
        }
      }
    }
    if (all != null) {
      return List.copyOf(all);
    }
    return first == null ? List.of() : List.of(first);
  }
}
