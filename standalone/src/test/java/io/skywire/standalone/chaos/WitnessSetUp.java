package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tools.jackson.databind.json.JsonMapper;

/** What the relay has sent, and witnesses of it who are shown what a test makes up. */
abstract class WitnessSetUp {
  static final int PARTITIONS = 6;
  static final int EVENTS = 10;
  static final String REPO = "did:plc:one";

  final Findings findings = new Findings();
  final List<LedgerEntry> emitted =
      new ArrayList<>(LongStream.rangeClosed(1, EVENTS).mapToObj(seq -> entry(seq)).toList());
  final Audit audit = new Audit(this::takeEmitted, PARTITIONS, findings);
  final ShownWitness shownToReader =
      new ShownWitness(Audit.Client.READER, this::readWatermark, audit);
  final ShownWitness shownToStream =
      new ShownWitness(Audit.Client.STREAM, this::readWatermark, audit);
  final ReaderWitness reader =
      new ReaderWitness(URI.create("http://nowhere"), "token", shownToReader, audit, findings);
  final StreamWitness stream =
      new StreamWitness(URI.create("http://nowhere"), "token", shownToStream, audit, findings);

  /** The database's; negative while that is away. */
  long readable = EVENTS;

  private long readWatermark() throws SQLException {
    if (readable < 0) {
      throw new SQLException("away");
    }
    return readable;
  }

  void stream(long seq) {
    stream.see("id: " + seq);
    stream.see("data: " + json(seq));
    stream.see("");
  }

  void assertOnly(Finding.Kind kind, String text) {
    assertThat(findings.counts().keySet()).containsExactly(kind);
    assertThat(findings.first().getFirst().text()).contains(text);
  }

  List<LedgerEntry> takeEmitted() {
    List<LedgerEntry> taken = List.copyOf(emitted);
    emitted.clear();
    return taken;
  }

  static LedgerEntry entry(long seq, String... collections) {
    return new LedgerEntry(seq, "commit", REPO, List.of(collections), hash(json(seq)));
  }

  static String json(long seq) {
    return """
    {"seq":%d,"event_type":"commit","repo":"%s","collection":"app.bsky.feed.like","record":{}}\
    """
        .formatted(seq, REPO);
  }

  static String hash(String json) {
    return LedgerHash.of(JsonMapper.shared().readTree(json));
  }

  /** A page of these events, the last of which is also the watermark. */
  static byte[] page(long... seqs) {
    List<Long> all = LongStream.of(seqs).boxed().toList();
    long watermark =
        all.isEmpty() ? EVENTS : all.stream().mapToLong(Long::longValue).max().getAsLong();
    return page(watermark, all).getBytes(StandardCharsets.UTF_8);
  }

  static String page(long watermark, List<Long> seqs) {
    long last =
        seqs.isEmpty() ? watermark : seqs.stream().mapToLong(Long::longValue).max().getAsLong();
    return """
    {"events":[%s],"max_seq":%d,"count":%d,"oldest_seq":1,"watermark_seq":%d}\
    """
        .formatted(
            seqs.stream().map(WitnessSetUp::json).collect(Collectors.joining(",")),
            last,
            seqs.size(),
            watermark);
  }
}
