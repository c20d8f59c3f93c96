package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionSealTest {
  private static final Instant NOW = Instant.parse("2026-07-04T03:00:00Z");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final SessionSeal seal = new SessionSeal(SECRET);

  @Test
  void aSessionComesBackAsItWas() {
    Session session = seal.begin(17, NOW);
    assertThat(seal.open(seal.seal(session), NOW)).isEqualTo(session);
    assertThat(session.tokenId()).isEqualTo(17);
    assertThat(session.expiresAt()).isEqualTo(NOW.plus(Session.UNWATCHED_MAX));
    assertThat(seal.begin(17, NOW).id()).isNotEqualTo(session.id());
  }

  @Test
  void aSessionEndsAnHourAfterItWasLastRenewedAndTwelveAfterItBegan() {
    Session session = seal.begin(17, NOW);
    String cookie = seal.seal(session);
    assertThat(seal.open(cookie, NOW.plus(Duration.ofMinutes(59)))).isNotNull();
    assertThat(seal.open(cookie, NOW.plus(Duration.ofMinutes(60)))).isNull();
    Instant at = NOW;
    while (session != null && at.isBefore(NOW.plus(Duration.ofHours(24)))) {
      session = seal.open(seal.seal(session.renewed(at)), at);
      at = at.plus(Duration.ofMinutes(30));
    }
    assertThat(session).isNull();
    assertThat(at).isEqualTo(NOW.plus(Duration.ofHours(12)).plus(Duration.ofMinutes(30)));
  }

  @Test
  void nothingInItCanBeChanged() {
    String cookie = seal.seal(seal.begin(17, NOW));
    for (int i = 0; i < cookie.length(); i++) {
      char other = cookie.charAt(i) == '1' ? '2' : '1';
      String changed = cookie.substring(0, i) + other + cookie.substring(i + 1);
      assertThat(seal.open(changed, NOW)).as(changed).isNull();
    }
    assertThat(new SessionSeal(SECRET + "x").open(cookie, NOW)).isNull();
    assertThat(seal.open("", NOW)).isNull();
    assertThat(Objects.requireNonNull(seal.open(cookie, NOW)).tokenId()).isEqualTo(17);
  }
}
