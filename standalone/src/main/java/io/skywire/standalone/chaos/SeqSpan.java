package io.skywire.standalone.chaos;

/**
 * The rows of some successive seqs, as they were and as they are.
 *
 * @param first the lowest seq
 * @param last the highest one
 */
record SeqSpan(long first, long last, Rows before, Rows left) {
  boolean isWhole() {
    return left.equals(before);
  }

  boolean isEmpty() {
    return left.equals(Rows.NONE);
  }

  @Override
  public String toString() {
    return "of the %s with seqs %d to %d there are %s".formatted(before, first, last, left);
  }
}
