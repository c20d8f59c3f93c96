package io.skywire.benchmarks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of those who take part in a stage.
 *
 * @param name as the table has it, with what sets it apart
 * @param role whose it is
 * @param run what is done once for one set of figures; null when it cannot be done here
 * @param absence why not; null when it can
 */
public record Contender(String name, Role role, @Nullable Run run, @Nullable String absence) {
  /** Whose it is. */
  public enum Role {
    /** Ours; the first one of a stage is what the others are compared with. */
    SKYWIRE,
    /** What people would use instead. */
    PEER,
    /** What the machine, or a part that everybody needs, does at best. */
    LIMIT
  }

  /** One run. */
  @FunctionalInterface
  public interface Run {
    Map<Metric, Double> once() throws Exception;
  }

  public static Contender skywire(String name, Run run) {
    return new Contender(name, Role.SKYWIRE, run, null);
  }

  public static Contender peer(String name, Run run) {
    return new Contender(name, Role.PEER, run, null);
  }

  public static Contender limit(String name, Run run) {
    return new Contender(name, Role.LIMIT, run, null);
  }

  /** One that would take part if it were to be had. */
  public static Contender absent(String name, Role role, String why) {
    return new Contender(name, role, null, why);
  }

  /** A peer that exists, and that a run from Maven and npm alone cannot have. */
  public static Contender inGo(String name) {
    return absent(name, Role.PEER, "a program in Go; this fetches from Maven and npm only");
  }
}
