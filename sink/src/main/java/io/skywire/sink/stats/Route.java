package io.skywire.sink.stats;

/**
 * Sends events on that have an op in some collections.
 *
 * @param collection an NSID; or the beginning of some, with the dot that it ends in
 * @param topic where they go
 */
public record Route(String collection, String topic) {
  boolean matches(String ofOp) {
    return collection.endsWith(".") ? ofOp.startsWith(collection) : ofOp.equals(collection);
  }
}
