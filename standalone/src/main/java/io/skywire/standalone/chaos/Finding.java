package io.skywire.standalone.chaos;

/**
 * A promise that was not kept.
 *
 * @param kind which promise
 * @param text what was seen, where, and what is known of it otherwise
 * @param during the faults that were active, or the last ones
 */
public record Finding(Kind kind, String text, String during) {
  public enum Kind {
    LOST("lost"),
    REPEATED("repeated"),
    MISORDERED("out of order"),
    CHANGED("changed"),
    ABOVE_WATERMARK("shown above the watermark"),
    WATERMARK_FELL("watermark went back"),
    REFUSED("refused"),
    GAP("gap recorded"),
    HALF_DROPPED("half dropped"),
    STUCK("no progress"),
    ENDED("ended by itself"),
    WITNESS("witness failed");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  @Override
  public String toString() {
    return kind.words() + ": " + text + "\n  faults: " + during;
  }
}
