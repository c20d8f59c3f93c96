package io.skywire.sink.write;

import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers a sample of the events that come, and makes a dictionary of it. One thread. */
public final class DictionaryTraining {
  /** Before another is tried where this time none came of it. */
  static final Duration PAUSE = Duration.ofHours(1);

  private static final Duration AGE_MAX = Duration.ofDays(7);

  /** Four times as many bytes save another fiftieth. */
  private static final int DICTIONARY_BYTES = 16 * 1024;

  private static final int SAMPLES = 4_000;

  /** One event in so many is a sample, so that they are of more than one moment. */
  private static final int EVERY = 5;

  /** What events have in common is at their beginning. */
  private static final int SAMPLE_BYTES_MAX = 2 * 1024;

  private final List<byte[]> samples = new ArrayList<>();
  private int seen;

  /** How long a dictionary that was made so many seconds ago is still good for. */
  static Duration nextAfter(long seconds) {
    Duration left = AGE_MAX.minusSeconds(seconds);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Takes an event's JSON as a sample now and then, until there are enough. */
  public void see(byte[] event) {
    if (seen++ % EVERY == 0 && !hasEnough()) {
      samples.add(Arrays.copyOf(event, Math.min(event.length, SAMPLE_BYTES_MAX)));
    }
  }

  boolean hasEnough() {
    return samples.size() == SAMPLES;
  }

  /**
   * A dictionary of what there is, with an id of its own.
   *
   * @throws ZstdException when the samples have too little in common
   */
  public byte[] train() {
    int bytes = samples.stream().mapToInt(sample -> sample.length).sum();
    ZstdDictTrainer trainer = new ZstdDictTrainer(bytes, DICTIONARY_BYTES, ZstdEncoding.LEVEL);
    samples.forEach(trainer::addSample);
    return trainer.trainSamples();
  }

  void clear() {
    samples.clear();
    seen = 0;
  }
}
