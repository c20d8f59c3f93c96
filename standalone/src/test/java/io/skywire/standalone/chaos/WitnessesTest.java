package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each promise is broken once in what the witnesses are shown, and they name it. */
class WitnessesTest extends WitnessSetUp {
  private static final String HOSTILE = "no frame";
  private static final int PARTITION = EventPartitions.of(REPO, PARTITIONS);

  private final TopicWitness topic = new TopicWitness("nowhere:1", PARTITIONS, audit, findings);

  @Test
  void nothingIsFoundInAFaithfulStream() {
    seeAll();

    assertThat(findings.isEmpty()).isTrue();
    assertThat(audit.isCompleteTo(EVENTS)).isTrue();
    assertThat(audit.emitted()).isEqualTo(EVENTS);
  }

  @Test
  void nothingIsCompleteBeforeWhatWasShownIsComparedWithTheWatermark() throws Exception {
    readable = -1;
    seeAll();
    assertThat(audit.isCompleteTo(EVENTS)).isFalse();
    readable = EVENTS;
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!audit.isCompleteTo(EVENTS) && System.nanoTime() < deadline) {
      shownToReader.compare();
      shownToStream.compare();
      Thread.sleep(10);
    }

    assertThat(audit.isCompleteTo(EVENTS)).isTrue();
    assertThat(findings.isEmpty()).isTrue();
  }

  private void seeAll() {
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
  void countsThatAreNotWhatWasEmittedAreNamed() {
    CountsWitness counts = new CountsWitness(Map::of, findings);
    counts.compare(audit.emittedByType(), Map.of("commit", (long) EVENTS));
    assertThat(findings.isEmpty()).isTrue();
    counts.compare(audit.emittedByType(), Map.of("commit", EVENTS - 1L));
    assertOnly(Finding.Kind.LOST, "has counted {commit=9} of {commit=10}");
    counts.compare(audit.emittedByType(), Map.of("commit", EVENTS + 1L));
    assertThat(findings.counts()).containsEntry(Finding.Kind.REPEATED, 1);
  }

  @Test
  void whatIsCountedTwiceIsNamedAlsoWhenItComesLate() throws Exception {
    Map<String, Long> right = Map.of("commit", 10L, "commit create a.b.first", 4L);
    Iterator<Map<String, Long>> counted =
        List.of(
                Map.of("commit", 9L),
                right,
                right,
                Map.of("commit", 10L, "commit create a.b.first", 5L))
            .iterator();
    new CountsWitness(counted::next, findings).await(right, Duration.ofMinutes(1));

    assertOnly(Finding.Kind.REPEATED, "{commit create a.b.first=5} of {commit create a.b.first=4}");
  }

  @Test
  void aHostileFrameIsOneDeadLetterAndNoEvent() {
    emitted.set(1, hostile(2));
    topic.see(letter(2, "malformed", HOSTILE));
    audit.lettersDue(EVENTS);

    assertThat(findings.isEmpty()).isTrue();
    assertThat(audit.refused()).isOne();
    assertThat(audit.emitted()).isEqualTo(EVENTS - 1);
  }

  @Test
  void aHostileFrameThatIsNoDeadLetterIsLost() {
    emitted.set(1, hostile(2));
    audit.lettersDue(1);
    assertThat(findings.isEmpty()).isTrue();
    audit.lettersDue(2);

    assertOnly(Finding.Kind.LOST, "seq 2, a hostile frame, is no dead letter");
  }

  @Test
  void aHostileFramesDeadLetterThatComesAgainOrIsOfAnEventIsNamed() {
    emitted.set(1, hostile(2));
    topic.see(letter(2, "malformed", HOSTILE));
    topic.see(letter(2, "malformed", HOSTILE));
    topic.see(letter(3, "malformed", json(3)));

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.REFUSED, 2));
  }

  @Test
  void aDeadLetterOfAnotherFrameOrReasonIsNamed() {
    emitted.set(1, hostile(2));
    emitted.set(2, hostile(3));
    topic.see(letter(2, "malformed", json(2)));
    topic.see(letter(3, "invalid_did", HOSTILE));

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.CHANGED, 2));
  }

  @Test
  void aHostileFrameThatIsAnEventIsNamed() {
    emitted.set(0, hostile(1));
    topic.see(event(1, json(1)));
    audit.inTable(1, row(1));
    stream(1);
    reader.see(page(1));

    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.REPEATED, 4));
  }

  @Test
  void aDeadLetterIsNamed() {
    ConsumerRecord<byte[], byte[]> letter = record(Topics.DEAD_LETTERS, 0, 1, json(1));
    header(letter, DeadLetterHeaders.STAGE, "store");
    header(letter, DeadLetterHeaders.DETAIL, "23505: duplicate key");
    topic.see(letter);

    assertOnly(Finding.Kind.REFUSED, "duplicate key");
  }

  private void completeTopic(long seq) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ConsumerRecord<byte[], byte[]> watermark = record(Topics.EVENTS, partition, seq, null);
      header(watermark, EventHeaders.EVENT_TYPE, EventHeaders.WATERMARK);
      topic.see(watermark);
    }
  }

  private static LedgerEntry hostile(long seq) {
    byte[] frame = HOSTILE.getBytes(StandardCharsets.UTF_8);
    return new LedgerEntry(seq, "", "", List.of(), LedgerHash.ofFrame(frame), "malformed");
  }

  private static ConsumerRecord<byte[], byte[]> letter(long seq, String reason, String frame) {
    ConsumerRecord<byte[], byte[]> letter = record(Topics.DEAD_LETTERS, 0, seq, frame);
    header(letter, DeadLetterHeaders.STAGE, DeadLetterHeaders.DECODE);
    header(letter, DeadLetterHeaders.REASON, reason);
    return letter;
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
}
