package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Each promise is broken once in what the witnesses are shown, and they name it. */
class WitnessesTest {
  private static final int PARTITIONS = 6;
  private static final int EVENTS = 10;
  private static final String REPO = "did:plc:one";
  private static final DatabaseUrl NOWHERE =
      DatabaseUrl.parse("postgresql://nobody:secret@127.0.0.1:1/nowhere");
  private static final int PARTITION = EventPartitions.of(REPO, PARTITIONS);

  private final Findings findings = new Findings();
  private final List<LedgerEntry> emitted =
      new ArrayList<>(LongStream.rangeClosed(1, EVENTS).mapToObj(seq -> entry(seq)).toList());
  private final Audit audit = new Audit(this::takeEmitted, PARTITIONS, findings);
  private final TopicWitness topic = new TopicWitness("nowhere:1", PARTITIONS, audit, findings);
  private final ReaderWitness reader =
      new ReaderWitness(URI.create("http://nowhere"), "token", audit, findings);

  private final StreamWitness stream =
      new StreamWitness(URI.create("http://nowhere"), "token", audit, findings);

  @Test
  void nothingIsFoundInAFaithfulStream() {
    for (long seq = 1; seq <= EVENTS; seq++) {
      topic.see(event(seq, json(seq)));
      audit.inTable(seq, row(seq));
      stream(seq);
    }
    completeTopic(EVENTS);
    audit.tableComplete(EVENTS);
    assertThat(reader.see(page(1, 2, 3, 4, 5))).isTrue();
    assertThat(reader.see(page(6, 7, 8, 9, 10))).isTrue();
    assertThat(reader.see(page())).isFalse();

    assertThat(findings.isEmpty()).isTrue();
    assertThat(audit.isCompleteTo(EVENTS)).isTrue();
    assertThat(audit.emitted()).isEqualTo(EVENTS);
  }

  @Test
  void anEventThatTheTopicLacksIsLostWhenItsWatermarkHasPassed() {
    topic.see(event(1, json(1)));
    topic.see(event(3, json(3)));
    assertThat(findings.isEmpty()).isTrue();
    completeTopic(3);

    assertOnly(Finding.Kind.LOST, "seq 2 is not in the topic's partition " + PARTITION);
  }

  @Test
  void anEventThatTheTableLacksIsLostWhenItsWatermarkHasPassed() {
    audit.inTable(1, row(1));
    topic.see(event(2, json(2)));
    audit.tableComplete(2);

    assertOnly(Finding.Kind.LOST, "seq 2 is not in the table");
    assertThat(findings.first().getFirst().text()).contains("in the topic: yes", "reader: not yet");
  }

  @Test
  void anEventThatAPageLeavesOutIsLostToTheReader() {
    reader.see(page(1, 2, 4, 5));

    assertOnly(Finding.Kind.LOST, "seq 3 is not in the reader");
  }

  @Test
  void anEventThatAStreamLeavesOutIsLost() {
    stream(1);
    stream(3);

    assertOnly(Finding.Kind.LOST, "seq 2 is not in the stream");
  }

  @Test
  void anEventThatAStreamBringsAgainIsNamed() {
    stream(1);
    stream(2);
    stream(1);
    assertThat(findings.counts().get(Finding.Kind.REPEATED)).isOne();
    assertThat(findings.counts().get(Finding.Kind.MISORDERED)).isOne();
  }

  @Test
  void whatAStreamHasHalfSaidWhenItBreaksOffDoesNotCount() {
    stream(1);
    stream.see("id: 2");
    stream.see("data: " + json(2).substring(0, 5));
    stream.begin();
    stream(2);
    assertThat(findings.isEmpty()).isTrue();
  }

  @Test
  void aStreamThatTellsOfALossIsNamed() {
    stream.see("event: truncated");
    stream.see("data: {}");
    stream.see("");

    assertOnly(Finding.Kind.LOST, "truncated");
  }

  private void stream(long seq) {
    stream.see("id: " + seq);
    stream.see("data: " + json(seq));
    stream.see("");
  }

  @Test
  void anEventThatComesAgainIsRepeated() {
    topic.see(event(1, json(1)));
    topic.see(event(1, json(1)));
    assertThat(findings.counts().get(Finding.Kind.REPEATED)).isOne();
    audit.inTable(1, row(1));
    audit.inTable(1, row(1));
    assertThat(findings.counts().get(Finding.Kind.REPEATED)).isEqualTo(2);
    reader.see(page(1, 1));
    assertThat(findings.counts().get(Finding.Kind.REPEATED)).isEqualTo(3);
  }

  @Test
  void anEventThatWasNeverSentIsNamed() {
    topic.see(event(EVENTS + 1, json(EVENTS + 1)));

    assertOnly(Finding.Kind.REPEATED, "though the relay has not got further than " + EVENTS);
  }

  @Test
  void twoEventsOfARepoInTheWrongOrderAreNamed() {
    topic.see(event(2, json(2)));
    topic.see(event(1, json(1)));

    assertOnly(Finding.Kind.MISORDERED, "seq 1 of " + REPO + " stands behind 2");
  }

  @Test
  void anEventInAnotherPartitionThanItsReposIsNamed() {
    topic.see(event((PARTITION + 1) % PARTITIONS, 1, json(1)));

    assertOnly(Finding.Kind.MISORDERED, "its repo's is " + PARTITION);
  }

  @Test
  void aPageInTheWrongOrderIsNamed() {
    reader.see(page(2, 1));

    assertOnly(Finding.Kind.MISORDERED, "the reader was shown seq 1 after 2");
  }

  @Test
  void aChangedEventIsNamed() {
    topic.see(event(1, json(1).replace("like", "post")));

    assertOnly(Finding.Kind.CHANGED, "seq 1 in the topic's partition");
  }

  /** Whoever asks for its repo, its type or its collection would not find it. */
  @Test
  void anEventInTheTableUnderAnothersNameIsChanged() {
    emitted.set(0, entry(1, "a.b.first", "a.b.second"));
    audit.inTable(1, new Described("commit", REPO, List.of("a.b.second"), hash(json(1))));
    audit.inTable(2, new Described("commit", "did:plc:two", List.of(), hash(json(2))));
    audit.inTable(3, new Described("sync", REPO, List.of(), hash(json(3))));

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.CHANGED, 3));
  }

  @Test
  void anEventOfTheTopicWithoutItsHeadersIsChanged() {
    emitted.set(0, entry(1, "a.b.first", "a.b.second"));
    emitted.set(1, entry(2, "a.b.first", "a.b.second"));
    ConsumerRecord<byte[], byte[]> whole = event(1, json(1));
    header(whole, EventHeaders.COLLECTIONS, "a.b.first,a.b.second");
    topic.see(whole);
    assertThat(findings.isEmpty()).isTrue();
    topic.see(event(2, json(2)));
    ConsumerRecord<byte[], byte[]> otherType = record(Topics.EVENTS, PARTITION, 3, json(3));
    header(otherType, EventHeaders.EVENT_TYPE, "sync");
    topic.see(otherType);

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.CHANGED, 2));
  }

  @Test
  void anEventAboveTheWatermarkIsNamed() {
    reader.see(page(1, List.of(1L, 2L)).getBytes(StandardCharsets.UTF_8));

    assertOnly(Finding.Kind.ABOVE_WATERMARK, "seq 2 on a page with watermark 1");
  }

  @Test
  void aWatermarkThatFallsIsNamed() {
    reader.see(page(1, 2, 3));
    reader.see(page(2, List.of()).getBytes(StandardCharsets.UTF_8));

    assertOnly(Finding.Kind.WATERMARK_FELL, "from 3 to 2");
  }

  @Test
  void aPageThatTellsOfTrimmedEventsIsNamed() {
    reader.see(
        page(EVENTS, List.of())
            .replace("{", "{\"truncated\":true,")
            .getBytes(StandardCharsets.UTF_8));

    assertThat(findings.first().getFirst().text()).contains("events after 0 are gone");
  }

  @Test
  void everyFurtherCollectionHasARowOfItsOwn() {
    emitted.set(0, entry(1, "a.b.first", "a.b.second", "a.b.third"));
    audit.inTable(1, row(1, "a.b.first"));
    audit.inCollections(1, "a.b.third");
    audit.inCollections(1, "a.b.second");
    audit.tableComplete(1);

    assertThat(findings.isEmpty()).isTrue();
    assertThat(audit.rows()).isEqualTo(new Rows(EVENTS, 2));
  }

  @Test
  void aFurtherCollectionWithoutARowIsLostWhenTheWatermarkHasPassed() {
    emitted.set(0, entry(1, "a.b.first", "a.b.second", "a.b.third"));
    audit.inTable(1, row(1, "a.b.first"));
    audit.inCollections(1, "a.b.second");
    audit.tableComplete(1);

    assertOnly(
        Finding.Kind.LOST, "seq 1 is not in the table of further collections as [a.b.third]");
  }

  @Test
  void aRowOfACollectionThatComesAgainOrIsTheFirstIsNamed() {
    emitted.set(0, entry(1, "a.b.first", "a.b.second"));
    audit.inCollections(1, "a.b.second");
    audit.inCollections(1, "a.b.second");
    audit.inCollections(1, "a.b.first");
    audit.inCollections(2, "a.b.second");

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.REPEATED, 3));
  }

  @Test
  void anExpiredDayMayBeThereOrGone() {
    audit.retained(List.of(whole(1, 10), whole(11, 20)), kept(100), 0);
    audit.retained(List.of(gone(1, 10), whole(11, 20)), kept(100), 10);
    audit.retained(List.of(gone(1, 10), gone(11, 20)), kept(100), 20);

    assertThat(findings.isEmpty()).isTrue();
  }

  @Test
  void aDayThatIsGoneWithoutTellingReadersIsNamed() {
    audit.retained(List.of(gone(1, 10), gone(11, 20)), kept(100), 10);

    assertOnly(
        Finding.Kind.HALF_DROPPED, "trimmed_through is 10, and what has been dropped goes to 20");
  }

  @Test
  void aDayThatReadersAreToldIsGoneIsNamed() {
    audit.retained(List.of(whole(1, 10)), kept(100), 10);

    assertOnly(Finding.Kind.HALF_DROPPED, "trimmed_through is 10, and yet");
  }

  @Test
  void aDayThatIsDroppedBeforeAnOlderOneIsNamed() {
    audit.retained(List.of(whole(1, 10), gone(11, 20)), kept(100), 20);

    assertOnly(Finding.Kind.HALF_DROPPED, "trimmed_through is 20, and yet");
  }

  @Test
  void aDayOfWhichSomethingIsLeftIsNamed() {
    SeqSpan noEvents = new SeqSpan(1, 10, new Rows(10, 2), new Rows(0, 2));
    audit.retained(List.of(new OldDay(noEvents, 1)), kept(100), 0);
    assertOnly(Finding.Kind.HALF_DROPPED, "with seqs 1 to 10 there are 0 events and 2 further");
    audit.retained(List.of(new OldDay(gone(1, 10).events(), 1)), kept(100), 10);
    assertThat(findings.counts().get(Finding.Kind.HALF_DROPPED)).isGreaterThan(1);
  }

  @Test
  void whatRetentionTakesBeyondTheExpiredIsLost() {
    audit.retained(List.of(gone(1, 10)), kept(99), 10);

    assertOnly(
        Finding.Kind.LOST, "of the 100 events and 0 further collections with seqs 11 to 110");
  }

  @Test
  void countsThatAreNotWhatWasEmittedAreNamed() {
    CountsWitness counts = new CountsWitness(NOWHERE, findings);
    counts.compare(audit.emittedByType(), Map.of("commit", (long) EVENTS));
    assertThat(findings.isEmpty()).isTrue();
    counts.compare(audit.emittedByType(), Map.of("commit", EVENTS - 1L));
    assertOnly(Finding.Kind.LOST, "has counted {commit=9} of {commit=10} events");
    counts.compare(audit.emittedByType(), Map.of("commit", EVENTS + 1L));
    assertThat(findings.counts()).containsEntry(Finding.Kind.REPEATED, 1);
  }

  @Test
  void aDeadLetterIsNamed() {
    ConsumerRecord<byte[], byte[]> letter = record(Topics.DEAD_LETTERS, 0, 1, json(1));
    header(letter, DeadLetterHeaders.STAGE, "store");
    header(letter, DeadLetterHeaders.DETAIL, "23505: duplicate key");
    topic.see(letter);

    assertOnly(Finding.Kind.REFUSED, "duplicate key");
  }

  @Test
  void theFirstFindingsAreToldWithWhatWasDoneThen() {
    findings.during("round 7, kill sink-1");
    reader.see(page(2));
    findings.during("round 8, cut api");

    assertThat(findings.first().getFirst().toString())
        .startsWith("lost: seq 1")
        .contains("faults: round 7, kill sink-1");
  }

  private void assertOnly(Finding.Kind kind, String text) {
    assertThat(findings.counts().keySet()).containsExactly(kind);
    assertThat(findings.first().getFirst().text()).contains(text);
  }

  private List<LedgerEntry> takeEmitted() {
    List<LedgerEntry> taken = List.copyOf(emitted);
    emitted.clear();
    return taken;
  }

  private void completeTopic(long seq) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ConsumerRecord<byte[], byte[]> watermark = record(Topics.EVENTS, partition, seq, null);
      header(watermark, EventHeaders.EVENT_TYPE, EventHeaders.WATERMARK);
      topic.see(watermark);
    }
  }

  private static OldDay whole(long first, long last) {
    Rows rows = new Rows(10, 2);
    return new OldDay(new SeqSpan(first, last, rows, rows), OldDay.PARTITIONS);
  }

  private static OldDay gone(long first, long last) {
    return new OldDay(new SeqSpan(first, last, new Rows(10, 2), Rows.NONE), 0);
  }

  private static SeqSpan kept(int left) {
    return new SeqSpan(11, 110, new Rows(100, 0), new Rows(left, 0));
  }

  private static LedgerEntry entry(long seq, String... collections) {
    return new LedgerEntry(seq, "commit", REPO, List.of(collections), hash(json(seq)));
  }

  private static String json(long seq) {
    return """
    {"seq":%d,"event_type":"commit","repo":"%s","collection":"app.bsky.feed.like","record":{}}\
    """
        .formatted(seq, REPO);
  }

  private static String hash(String json) {
    return LedgerHash.of(JsonMapper.shared().readTree(json));
  }

  private static Described row(long seq, String... collections) {
    return new Described("commit", REPO, List.of(collections), hash(json(seq)));
  }

  private static ConsumerRecord<byte[], byte[]> event(long seq, String json) {
    return event(PARTITION, seq, json);
  }

  private static ConsumerRecord<byte[], byte[]> event(int partition, long seq, String json) {
    ConsumerRecord<byte[], byte[]> record = record(Topics.EVENTS, partition, seq, json);
    header(record, EventHeaders.EVENT_TYPE, "commit");
    return record;
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, int partition, long seq, @Nullable String json) {
    byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
    byte[] value = json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(topic, partition, 0, key, value);
    if (json != null) {
      header(record, EventHeaders.REPO, REPO);
    }
    return record;
  }

  private static void header(ConsumerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A page of these events, the last of which is also the watermark. */
  private static byte[] page(long... seqs) {
    List<Long> all = LongStream.of(seqs).boxed().toList();
    long watermark =
        all.isEmpty() ? EVENTS : all.stream().mapToLong(Long::longValue).max().getAsLong();
    return page(watermark, all).getBytes(StandardCharsets.UTF_8);
  }

  private static String page(long watermark, List<Long> seqs) {
    long last =
        seqs.isEmpty() ? watermark : seqs.stream().mapToLong(Long::longValue).max().getAsLong();
    return """
    {"events":[%s],"max_seq":%d,"count":%d,"oldest_seq":1,"watermark_seq":%d}\
    """
        .formatted(
            seqs.stream().map(WitnessesTest::json).collect(Collectors.joining(",")),
            last,
            seqs.size(),
            watermark);
  }
}
