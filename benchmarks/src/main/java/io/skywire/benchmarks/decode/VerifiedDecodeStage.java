package io.skywire.benchmarks.decode;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** With every block's CID checked; and as the ingester does it, those of records. */
public final class VerifiedDecodeStage implements Stage {
  @Override
  public String name() {
    return "decode-verified";
  }

  @Override
  public String measures() {
    return "The same, and every block of a commit is hashed and compared with its CID.";
  }

  @Override
  public String aim() {
    return "1.5 x the fastest SDK, and half of SHA-256 alone.";
  }

  @Override
  public List<Packages> packages() {
    return List.of(DecodeRuns.PEERS);
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException {
    Map<String, String> peers = new LinkedHashMap<>();
    peers.put("@atcute/cbor and /car, with SHA-256", "atcute-verified");
    peers.put("@atproto/sync, official", "atproto-verified");
    return new DecodeRuns(workbench)
        .skywire("Skywire, unchecked, after a pass that hashes every block", "everyBlock")
        .skywire("Skywire, records only, as it runs", "records")
        .limit("SHA-256 of the blocks alone", "sha256")
        .onNode(peers)
        .inGo("indigo")
        .inGo("Jetstream");
  }
}
