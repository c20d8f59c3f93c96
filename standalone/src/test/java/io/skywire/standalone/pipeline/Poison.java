package io.skywire.standalone.pipeline;

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
    record Stored(WholeEvent event) implements Expected {}

    /**
     * An event of three ops, and its frame a dead letter.
     *
     * @param error what the second op says that is wrong with it
     * @param event without the error
     */
    record Marked(String error, WholeEvent event) implements Expected {}

    /** No event, but a dead letter with this reason. */
    record Letter(String reason) implements Expected {}
  }

  static Poison stored(String name, WholeEvent event, Frame frame) {
    return new Poison(name, frame, true, new Expected.Stored(event));
  }

  static Poison marked(String name, String error, WholeEvent event, Frame frame) {
    return new Poison(name, frame, true, new Expected.Marked(error, event));
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
