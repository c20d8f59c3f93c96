package io.skywire.standalone.doctor;

import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterSettings;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.relay.RelayLimits;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Whether the relay takes a subscriber and sends; asked as the ingester asks it. */
final class RelayCheck {
  private static final Duration FRAME_MAX = Duration.ofSeconds(10);
  private static final String RELAY = "relay";

  private RelayCheck() {}

  static List<Finding> of(Variables variables) throws InterruptedException {
    URI relay;
    try {
      relay = IngesterSettings.from(variables).relay();
    } catch (InvalidSettingException toldAlready) {
      return List.of();
    }
    return of(relay, FRAME_MAX, InstantSource.system());
  }

  /**
   * @param frameMax how long a first frame may take
   */
  static List<Finding> of(URI relay, Duration frameMax, InstantSource clock)
      throws InterruptedException {
    Finding session;
    try (RelayConnection connection =
        RelayConnection.open(relay, null, RelayLimits.defaults(), clock)) {
      session =
          connection.take(1, 1, frameMax).isEmpty()
              ? Finding.warning(
                  RELAY,
                  "%s takes subscribers and has sent nothing for %d s: a relay is never so quiet, a PDS may be; is RELAY_URL right?"
                      .formatted(relay, frameMax.toSeconds()))
              : Finding.ok(RELAY, relay + " takes subscribers and sends");
    } catch (RelayDisconnectedException failed) {
      return List.of(Finding.bad(RELAY, failed.getMessage() + advice(failed)));
    }
    return Stream.concat(Stream.of(session), RelayClock.compare(relay, clock).stream()).toList();
  }

  private static String advice(RelayDisconnectedException failed) {
    if (RootCause.is(failed, SSLException.class)
        || RootCause.is(failed, GeneralSecurityException.class)) {
      return "; is RELAY_URL right, and no proxy between whose certificate Java does not trust?"
          + " (SKYWIRE_JAVA_OPTS=-Djavax.net.ssl.trustStore=…)";
    }
    boolean asksAlready = String.valueOf(failed.getMessage()).endsWith("?");
    return asksAlready ? "" : "; is RELAY_URL right, and the way to it open?";
  }
}
