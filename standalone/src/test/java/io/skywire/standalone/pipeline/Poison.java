package io.skywire.standalone.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that no good relay or account sends, and what must come of it.
 *
 * @param frame makes the frame under the seq that it is given
 * @param hasSeq whether the relay keeps it under that seq, and the pipeline must read it there
 */
record Poison(String name, Frame frame, boolean hasSeq, Expected expected) {
  interface Frame {
    byte[] of(long seq);
  }

  /** What must come of it. */
  sealed interface Expected {
    /** An event whose ops have these records, in their order; it has no other ops. */
    record Stored(List<?> records) implements Expected {}

    /**
     * An event of three ops, of which the second says that this is wrong with it, and its frame a
     * dead letter.
     *
     * @param record that the second op keeps nevertheless, or null
     */
    record Marked(String error, @Nullable Object record) implements Expected {}

    /** No event, but a dead letter with this reason. */
    record Letter(String reason) implements Expected {}
  }

  static Poison stored(String name, Map<String, ?> record, Frame frame) {
    return storedOps(name, List.of(record), frame);
  }

  static Poison storedOps(String name, List<?> records, Frame frame) {
    return new Poison(name, frame, true, new Expected.Stored(records));
  }

  /** Of another type than a commit. */
  static Poison storedEvent(String name, Frame frame) {
    return storedOps(name, List.of(), frame);
  }

  static Poison marked(String name, String error, @Nullable Object record, Frame frame) {
    return new Poison(name, frame, true, new Expected.Marked(error, record));
  }

  static Poison letter(String name, String reason, Frame frame) {
    return new Poison(name, frame, true, new Expected.Letter(reason));
  }

  static Poison letterWithoutSeq(String name, String reason, Frame frame) {
    return new Poison(name, frame, false, new Expected.Letter(reason));
  }

  @Override
  public String toString() {
    return name;
  }
}
