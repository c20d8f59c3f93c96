package io.skywire.benchmarks.api;

import java.io.IOException;

/** A client of the api: what it asks for next, and what it says to the answer. One thread. */
interface Reader {
  /** Path and query of its next request. */
  String next();

  /**
   * @throws IOException when the answer is wrong
   */
  void take(Answer answer) throws IOException;
}
