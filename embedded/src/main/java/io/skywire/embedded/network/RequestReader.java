package io.skywire.embedded.network;

import org.jspecify.annotations.Nullable;

/** Finds the requests in the bytes of one connection, from its first byte on. One thread. */
interface RequestReader {
  /** More than any reader needs to see of a request before it can tell. */
  int HEAD_BYTES_MAX = 1024;

  /**
   * @param name what it is, empty when nobody asks for it
   * @param bytes how long it is, including what has not come yet
   */
  record Request(String name, long bytes) {}

  /**
   * The request that begins at {@code from}; null when more of it must come first. Called once for
   * each request that it has told.
   */
  @Nullable Request next(byte[] bytes, int from, int available);
}
