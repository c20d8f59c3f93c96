package io.skywire.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What takes long to make and several stages need: servers, topics, tables, backlogs. Each stage
 * has one of its own, which ends with it; in a quick run, whose figures say nothing, the first one
 * that is made serves all, and ends with the run. One thread.
 */
public final class Shared implements AutoCloseable {
  private final boolean quick;
  private final Map<String, Part> kept = new LinkedHashMap<>();

  Shared(boolean quick) {
    this.quick = quick;
  }

  /** What can be shared. */
  public interface Part extends AutoCloseable {
    @Override
    void close();
  }

  /** Makes one. */
  @FunctionalInterface
  public interface Maker<T extends Part> {
    T make() throws IOException, InterruptedException;
  }

  /**
   * A part for whoever asked for it.
   *
   * @param isOwn whether nobody else has it: closing ends it then, and only then
   */
  public record Lease<T extends Part>(T part, boolean isOwn) implements AutoCloseable {
    @Override
    public void close() {
      if (isOwn) {
        part.close();
      }
    }
  }

  /**
   * @param name the same for what is as good as the same
   * @throws IOException when it cannot be made
   */
  public <T extends Part> Lease<T> lease(Class<T> kind, String name, Maker<T> maker)
      throws IOException, InterruptedException {
    if (!quick) {
      return new Lease<>(maker.make(), true);
    }
    Part part = kept.get(name);
    if (part == null) {
      part = maker.make();
      kept.put(name, part);
    }
    return new Lease<>(kind.cast(part), false);
  }

  /**
   * Ends what is kept, the last one first: it may need one before it. One that fails keeps none of
   * the others from being ended.
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Part part : List.copyOf(kept.values()).reversed()) {
      try {
        part.close();
      } catch (RuntimeException failed) {
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    kept.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
