package io.skywire.standalone.chaos;

import io.skywire.embedded.simulator.LedgerEntry;
import java.util.Objects;

/**
 * A hostile frame as the dead letter that it must become.
 *
 * @param reason short name, as in the letter's header
 * @param hash of the frame's bytes, as the ledger's
 */
record Refused(String reason, String hash) {
  static Refused of(LedgerEntry hostile) {
    return new Refused(Objects.requireNonNull(hostile.reason()), hostile.hash());
  }
}
