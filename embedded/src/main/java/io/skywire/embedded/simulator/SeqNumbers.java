package io.skywire.embedded.simulator;

import java.util.SplittableRandom;

/**
 * Numbers the generated events: seqs begin at 1 and skip one in every 500, so that consumers meet
 * the gaps that the protocol allows. A pure function of seed and ordinal.
 */
final class SeqNumbers {
  private static final int BLOCK = 500;
  private static final int EVENTS_A_BLOCK = BLOCK - 1;
  private static final int BLOCKS_AN_EPOCH = 20;

  /** Events whose generation depends on each other: 10,000 seqs. */
  static final int EVENTS_AN_EPOCH = BLOCKS_AN_EPOCH * EVENTS_A_BLOCK;

  private SeqNumbers() {}

  /** The seq of the event that has {@code ordinal} events before it. */
  static long seq(long seed, long ordinal) {
    long block = ordinal / EVENTS_A_BLOCK;
    int within = (int) (ordinal % EVENTS_A_BLOCK);
    // Never the first of a block, so that there is a seq 1.
    int skipped = 1 + random(seed, block).nextInt(EVENTS_A_BLOCK);
    return block * BLOCK + 1 + within + (within >= skipped ? 1 : 0);
  }

  /** A generator of random numbers that depends on the seed and one more number. */
  static SplittableRandom random(long seed, long stream) {
    // An odd multiplier spreads neighbouring streams (Steele, Lea, Flood: SplittableRandom).
    return new SplittableRandom(seed ^ (stream + 1) * 0x9E3779B97F4A7C15L);
  }
}
