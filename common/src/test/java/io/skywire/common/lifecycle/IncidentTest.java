package io.skywire.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class IncidentTest {
  private final Logger log = (Logger) LoggerFactory.getLogger("io.skywire.incident");
  private final ListAppender<ILoggingEvent> entries = new ListAppender<>();
  private final AtomicLong now = new AtomicLong();
  private final Incident incident = new Incident(log, "events are stored", now::get);

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    entries.start();
    log.addAppender(entries);
  }

  @AfterEach
  void listenNoMore() {
    log.detachAppender(entries);
  }

  @Test
  void howeverOftenItIsTriedItIsOneLineAndOneWhenItIsOver() {
    for (int failure = 1; failure <= 40; failure++) {
      fail("refused by port " + failure);
      now.addAndGet(Duration.ofMillis(2_500).toNanos());
    }
    incident.over();
    incident.over();

    assertThat(lines())
        .containsExactly(
            "WARN refused by port 1; trying again",
            "INFO events are stored again, 100 s and 40 failures later");
  }

  @Test
  void anotherReasonIsToldOnceToo() {
    fail("refused");
    fail("disk full");
    fail("refused");
    fail("disk full");

    assertThat(lines())
        .containsExactly("WARN refused; trying again", "WARN disk full; trying again");
  }

  @Test
  void reasonsWithoutEndAreNoLog() {
    for (char reason = 'a'; reason <= 'z'; reason++) {
      fail("refused by " + reason);
    }

    assertThat(lines()).hasSize(20);
  }

  @Test
  void whatFailsAfterItHasWorkedIsAnotherIncident() {
    fail("refused");
    incident.over();
    fail("refused");
    incident.over();

    assertThat(lines())
        .containsExactly(
            "WARN refused; trying again",
            "INFO events are stored again, 0 s and 1 failures later",
            "WARN refused; trying again",
            "INFO events are stored again, 0 s and 1 failures later");
  }

  @Test
  void whatOthersTryAgainIsNotSaidToBeTried() {
    Incident others = Incident.ofOthers(log, "requests are answered", now::get);
    others.failed("refused", new IllegalStateException("refused"));
    others.over();

    assertThat(lines())
        .containsExactly(
            "WARN refused", "INFO requests are answered again, 0 s and 1 failures later");
  }

  @Test
  void whatLastsIsToldWithItsLatestReason() {
    assertThat(incident.lasting(Duration.ZERO)).isNull();
    fail("refused");
    now.addAndGet(Duration.ofSeconds(59).toNanos());
    fail("disk full");
    assertThat(incident.lasting(Duration.ofMinutes(1))).isNull();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(incident.lasting(Duration.ofMinutes(1))).isEqualTo("disk full");
    incident.over();
    assertThat(incident.lasting(Duration.ZERO)).isNull();
  }

  @Test
  void whatWorksIsNoLine() {
    incident.over();

    assertThat(lines()).isEmpty();
  }

  private void fail(String reason) {
    incident.failed(reason, new IllegalStateException(reason));
  }

  private List<String> lines() {
    return entries.list.stream()
        .map(entry -> entry.getLevel() + " " + entry.getFormattedMessage())
        .toList();
  }
}
