package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Contender;

/** Peers that exist, and that a run from Maven and npm alone cannot have. */
final class Absent {
  private Absent() {}

  static Contender inGo(String name) {
    return Contender.absent(
        name, Contender.Role.PEER, "a program in Go; this fetches from Maven and npm only");
  }
}
