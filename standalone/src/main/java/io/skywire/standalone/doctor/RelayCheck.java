package io.skywire.standalone.doctor;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterSettings;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.relay.RelayLimits;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

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
    try (RelayConnection session =
        RelayConnection.open(relay, null, RelayLimits.defaults(), InstantSource.system())) {
      return List.of(
          session.take(1, 1, FRAME_MAX).isEmpty()
              ? Finding.warning(
                  RELAY,
                  "%s takes subscribers and has sent nothing for %d s"
                      .formatted(relay, FRAME_MAX.toSeconds()))
              : Finding.ok(RELAY, relay + " takes subscribers and sends"));
    } catch (RelayDisconnectedException failed) {
      return List.of(
          Finding.bad(
              RELAY, failed.getMessage() + "; is RELAY_URL right, and the way to it open?"));
    }
  }
}
