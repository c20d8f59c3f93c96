package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What readers are promised is broken once in a page or a stream, and is named. */
class ReaderWitnessesTest extends WitnessSetUp {
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

  @Test
  void aPageInTheWrongOrderIsNamed() {
    reader.see(page(2, 1));

    assertOnly(Finding.Kind.MISORDERED, "the reader was shown seq 1 after 2");
  }

  @Test
  void anEventAboveTheWatermarkIsNamed() {
    reader.see(page(1, List.of(1L, 2L)).getBytes(StandardCharsets.UTF_8));

    assertOnly(Finding.Kind.ABOVE_WATERMARK, "seq 2 on a page with watermark 1");
  }

  @Test
  void anEventAboveTheDatabasesWatermarkIsNamed() {
    readable = 4;
    reader.see(page(1, 2, 3, 4));
    LongStream.rangeClosed(1, 4).forEach(this::stream);
    assertThat(findings.isEmpty()).isTrue();
    reader.see(page(5));
    assertOnly(
        Finding.Kind.ABOVE_WATERMARK,
        "the reader was shown seq 5, and after that the database's watermark was 4");
    stream(5);
    assertThat(findings.counts()).containsOnly(Map.entry(Finding.Kind.ABOVE_WATERMARK, 2));
  }

  @Test
  void aPageWithAWatermarkAboveTheDatabasesIsNamed() {
    readable = 4;
    reader.see(page(5, List.of(1L, 2L)).getBytes(StandardCharsets.UTF_8));

    assertOnly(Finding.Kind.ABOVE_WATERMARK, "the reader was shown seq 5");
  }

  @Test
  void whatIsShownWhileTheDatabaseIsAwayIsComparedWhenItIsBack() throws Exception {
    readable = -1;
    reader.see(page(1, 2, 3));
    assertThat(findings.isEmpty()).isTrue();
    readable = 2;
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (findings.isEmpty() && System.nanoTime() < deadline) {
      shownToReader.compare();
      Thread.sleep(10);
    }

    assertOnly(Finding.Kind.ABOVE_WATERMARK, "the reader was shown seq 3");
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
  void theFirstFindingsAreToldWithWhatWasDoneThen() {
    findings.during("round 7, kill sink-1");
    reader.see(page(2));
    findings.during("round 8, cut api");

    assertThat(findings.first().getFirst().toString())
        .startsWith("lost: seq 1")
        .contains("faults: round 7, kill sink-1");
  }
}
