package io.skywire.benchmarks.decode;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Without a look at any CID. */
public final class DecodeStage implements Stage {
  @Override
  public String name() {
    return "decode";
  }

  @Override
  public String measures() {
    return "A frame's bytes to its event's JSON, one thread, no CID checked.";
  }

  @Override
  public String aim() {
    return "2 x the fastest SDK.";
  }

  @Override
  public List<Packages> packages() {
    return List.of(DecodeRuns.PEERS);
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException {
    Map<String, String> peers = new LinkedHashMap<>();
    peers.put("@atcute/cbor and /car", "atcute");
    peers.put("@atproto/repo and /lex-cbor, official", "atproto");
    return new DecodeRuns(workbench).skywire("Skywire", "unchecked").onNode(peers).inGo("indigo");
  }
}
