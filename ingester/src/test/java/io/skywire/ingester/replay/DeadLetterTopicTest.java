package io.skywire.ingester.replay;

import static io.skywire.ingester.replay.KeptLetters.FIRST;
import static io.skywire.ingester.replay.KeptLetters.NOON;
import static io.skywire.ingester.replay.KeptLetters.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTopicTest {
  private final KeptLetters kept = new KeptLetters();
  private final DeadLetterTopic topic = kept.open(Map.of(FIRST, 7L));

  private List<@Nullable Long> newest(String reason, @Nullable Instant since, int limit) {
    return topic
        .newest(letter -> reason.isEmpty() || letter.reason().equals(reason), since, limit)
        .stream()
        .map(Letter::seq)
        .toList();
  }

  private @Nullable Long seqAt(LetterPosition position) {
    ConsumerRecord<byte[], byte[]> record = topic.find(position);
    return record == null ? null : Letter.of(record).seq();
  }

  private void addLetters(int count) {
    for (int seq = 1; seq <= count; seq++) {
      kept.add(FIRST, seq, NOON.plusSeconds(seq), "reason", seq % 10 == 0 ? "tenth" : "other");
    }
  }

  @Test
  void theNewestAreToldOldestFirst() {
    addLetters(30);
    assertThat(newest("", null, 3)).containsExactly(28L, 29L, 30L);
    assertThat(kept.read()).as("without what is before them").isEqualTo(3);
    assertThat(newest("", null, 30)).hasSize(30);
    assertThat(newest("", null, 31)).hasSize(30);
  }

  @Test
  void theNewestOfAKindAreFoundFarBackToo() {
    addLetters(30);
    assertThat(newest("tenth", null, 2)).containsExactly(20L, 30L);
    assertThat(newest("tenth", null, 9)).containsExactly(10L, 20L, 30L);
    assertThat(newest("none", null, 9)).isEmpty();
  }

  @Test
  void whatIsTrimmedIsNotLookedFor() {
    addLetters(30);
    kept.trim(FIRST, 50);
    assertThat(newest("", null, 9)).containsExactly(26L, 27L, 28L, 29L, 30L);
    assertThat(kept.read()).as("each once").isEqualTo(5);
  }

  @Test
  void onlyLettersSinceATimeAreTold() {
    addLetters(30);
    kept.add(SECOND, 99, NOON);
    assertThat(newest("", NOON.plusSeconds(29), 9)).containsExactly(29L, 30L);
    assertThat(newest("", NOON.plusSeconds(31), 9)).isEmpty();
  }

  @Test
  void everyPartitionIsRead() {
    addLetters(4);
    kept.add(SECOND, 99, NOON);
    assertThat(newest("", null, 9)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 99L);
  }

  @Test
  void aNoteIsNoLetterAndTellsWhenItsLetterWasReplayed() {
    addLetters(3);
    kept.note(FIRST, new LetterPosition(0, 2), NOON.plusSeconds(60));
    kept.addWith(null, FIRST, 4, NOON, "replayed", "nonsense");
    kept.add(FIRST, 5, NOON, "replayed", "0:0");
    kept.addWith(null, FIRST, 6, NOON);
    assertThat(topic.newest(letter -> true, null, 9))
        .extracting(Letter::seq, Letter::replayedAt)
        .containsExactly(
            tuple(1L, null),
            tuple(2L, NOON.plusSeconds(60)),
            tuple(3L, null),
            tuple(5L, null),
            tuple(6L, null));
  }

  @Test
  void aLetterIsFoundAtItsPositionAlone() {
    addLetters(3);
    LetterPosition other = kept.add(SECOND, 7, NOON);
    LetterPosition note = kept.note(FIRST, new LetterPosition(0, 0), NOON);
    kept.trim(FIRST, 2);
    assertThat(seqAt(new LetterPosition(0, 2))).isEqualTo(2);
    assertThat(seqAt(new LetterPosition(0, 4))).isEqualTo(3);
    assertThat(seqAt(other)).isEqualTo(7);
    assertThat(seqAt(new LetterPosition(0, 0))).as("trimmed").isNull();
    assertThat(seqAt(new LetterPosition(0, 3))).as("a transaction's marker").isNull();
    assertThat(seqAt(note)).as("a note").isNull();
    assertThat(seqAt(new LetterPosition(0, note.offset() + 1))).as("the last marker").isNull();
    assertThat(seqAt(new LetterPosition(0, note.offset() + 2))).as("the end").isNull();
    assertThat(seqAt(new LetterPosition(7, 2))).as("no such partition").isNull();
  }

  @Test
  void aLetterIsWaitedForAndNotForEver() {
    addLetters(3);
    kept.delay(3);
    assertThat(seqAt(new LetterPosition(0, 2))).isEqualTo(2);
    kept.delay(1_000);
    assertThatThrownBy(() -> seqAt(new LetterPosition(0, 2))).isInstanceOf(KafkaException.class);
  }

  @Test
  void notesAreThoseOfThePartitionFromALetterOn() {
    LetterPosition early = kept.add(FIRST, 1, NOON);
    kept.note(FIRST, early, NOON.plusSeconds(1));
    LetterPosition late = kept.add(FIRST, 2, NOON);
    kept.note(FIRST, late, NOON.plusSeconds(2));
    LetterPosition other = kept.add(SECOND, 3, NOON);
    kept.note(SECOND, other, NOON.plusSeconds(3));
    assertThat(topic.notes(late)).isEqualTo(Map.of(late, NOON.plusSeconds(2)));
    assertThat(topic.notes(early))
        .isEqualTo(Map.of(early, NOON.plusSeconds(1), late, NOON.plusSeconds(2)));
  }

  /** What has been written before it was opened may yet be committed. */
  @Test
  void anOpenTransactionIsNotPassedOver() {
    addLetters(3);
    LetterPosition first = new LetterPosition(0, 0);
    assertThatThrownBy(() -> topic.notes(first))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("is a transaction open?");
    kept.note(FIRST, first, NOON);
    assertThat(topic.notes(first)).containsOnlyKeys(first);
  }

  @Test
  void itsConsumerIsClosedWithIt() {
    topic.close();
    assertThat(kept.isClosed()).isTrue();
  }
}
