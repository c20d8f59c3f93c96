package io.skywire.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.FreePort;
import io.skywire.embedded.relay.FakeRelay;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayCheckTest {
  private static final Duration FRAME_MAX = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:08.250Z");

  @Test
  void aRelayThatSendsIsWellAndSoIsItsClock() throws Exception {
    try (FakeRelay relay = relay(1, dated(NOW))) {
      assertThat(examine(relay.uri()))
          .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK))
          .extracting(Finding::subject)
          .containsExactly("relay", "clock");
    }
  }

  @Test
  void clocksThatAreApartAreTold() throws Exception {
    for (Duration apart : List.of(Duration.ofMinutes(2), Duration.ofMinutes(-2))) {
      try (FakeRelay relay = relay(1, dated(NOW.plus(apart)))) {
        assertThat(examine(relay.uri()).getLast().words())
            .contains("the relay's are 1", "s apart", "run NTP here");
      }
    }
  }

  @Test
  void aRelayThatDoesNotSayTheTimeIsWell() throws Exception {
    try (FakeRelay relay = relay(1, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(examine(relay.uri())).extracting(Finding::subject).containsExactly("relay");
    }
  }

  @Test
  void aRelayThatSendsNothingIsAWarning() throws Exception {
    try (FakeRelay relay = relay(0, dated(NOW))) {
      assertThat(RelayCheck.of(relay.uri(), Duration.ofSeconds(1), InstantSource.fixed(NOW)))
          .first()
          .satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.words()).contains("has sent nothing for 1 s", "RELAY_URL right?");
          });
    }
  }

  @Test
  void aPageInsteadOfARelayIsBad() throws Exception {
    try (FakeRelay relay =
        FakeRelay.serving(client -> {
          client.readRequest();
          client.write(
              "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<p>Hello.</p>\r\n");
        })) {
      assertThat(bad(relay.uri()))
          .contains("answered 200 OK", "is RELAY_URL a relay or PDS?")
          .doesNotContain("the way to it open", "Hello");
    }
  }

  @Test
  void aRelayWithoutTlsThatIsAskedForItIsBad() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (FakeRelay relay =
        FakeRelay.serving(client -> {
          client.write("HTTP/1.1 400 Bad Request\r\n\r\n");
          // Closed before, it might be a connection that was reset.
          read.await();
        })) {
      assertThat(bad(URI.create("wss://127.0.0.1:" + relay.port())))
          .contains("TLS failed: ", "whose certificate Java does not trust", "trustStore");
      read.countDown();
    }
  }

  @Test
  void whereNobodyListensIsBad() throws Exception {
    assertThat(bad(URI.create("ws://127.0.0.1:" + FreePort.any())))
        .contains("connection refused", "is RELAY_URL right, and the way to it open?");
  }

  private static String bad(URI relay) throws InterruptedException {
    List<Finding> findings = examine(relay);
    assertThat(findings).singleElement().extracting(Finding::level).isEqualTo(Finding.Level.BAD);
    return findings.getFirst().words();
  }

  private static List<Finding> examine(URI relay) throws InterruptedException {
    return RelayCheck.of(relay, FRAME_MAX, InstantSource.fixed(NOW));
  }

  private static String dated(Instant time) {
    return "HTTP/1.1 404 Not Found\r\nDate: %s\r\nContent-Length: 0\r\n\r\n"
        .formatted(DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)));
  }

  /** One that sends each subscriber so many frames, and has an answer for everybody else. */
  private static FakeRelay relay(int frames, String answer) throws Exception {
    return FakeRelay.serving(client -> {
      String request = client.readRequest();
      if (request.startsWith("HEAD / ")) {
        client.write(answer);
        return;
      }
      client.write(FakeRelay.Peer.acceptance(request));
      for (int frame = 0; frame < frames; frame++) {
        client.send(FakeRelay.BINARY, new byte[100]);
      }
      client.receiveAll();
    });
  }
}
