package io.skywire.ingester;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.KafkaSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the ingester is configured by: names, defaults and bounds.
 *
 * @param relay address of the relay
 * @param relayName what the relay's cursor is kept under: its host and port unless named otherwise
 * @param start where to begin without a cursor: null for the live tail, else the seq to begin after
 *     (0 for the oldest that the relay has)
 * @param eventPartitions partitions of the events' topic, made at start when absent
 * @param batchEventsMax events in one transaction
 * @param batchBytesMax bytes of the frames taken at a time, and of the JSON and dead letters that
 *     one transaction makes of them; exceeded by one frame or event at the most
 * @param bufferEventsMax frames between the socket and the transaction
 * @param bufferBytesMax their bytes
 * @param bufferFullMax how long they may be without room before the session is begun anew
 * @param gapSeqs how far beyond the cursor a first new seq may be before it counts as a loss
 * @param instance stable name of this ingester in its group, so that a restart takes over at once;
 *     null for none
 * @param patience no variable: see {@link Patience}
 */
public record IngesterSettings(
    URI relay,
    String relayName,
    @Nullable Long start,
    KafkaSettings kafka,
    int eventPartitions,
    int batchEventsMax,
    long batchBytesMax,
    int bufferEventsMax,
    long bufferBytesMax,
    Duration bufferFullMax,
    long gapSeqs,
    @Nullable String instance,
    Patience patience) {
  private static final long SEQ_MAX = (1L << 53) - 1;
  private static final long MEBIBYTE = 1024 * 1024;

  public static IngesterSettings from(Variables variables) {
    URI relay = relay(variables);
    return new IngesterSettings(
        relay,
        relayName(variables),
        start(variables),
        KafkaSettings.from(variables),
        EventPartitions.from(variables),
        variables.count("SKYWIRE_BATCH_EVENTS_MAX", 500, 1, 10_000),
        variables.number("SKYWIRE_BATCH_MIB_MAX", 8, 1, 64) * MEBIBYTE,
        variables.count("SKYWIRE_BUFFER_EVENTS_MAX", 2_000, 1, 1_000_000),
        variables.number("SKYWIRE_BUFFER_MIB_MAX", 64, 8, 16_384) * MEBIBYTE,
        Duration.ofSeconds(variables.number("SKYWIRE_BUFFER_FULL_MAX_SECONDS", 30, 1, 3_600)),
        variables.number("SKYWIRE_GAP_SEQS", 10_000, 1, SEQ_MAX),
        variables.find("SKYWIRE_INSTANCE"),
        Patience.defaults());
  }

  /** These settings with other waits. */
  public IngesterSettings with(Patience other) {
    return new IngesterSettings(
        relay,
        relayName,
        start,
        kafka,
        eventPartitions,
        batchEventsMax,
        batchBytesMax,
        bufferEventsMax,
        bufferBytesMax,
        bufferFullMax,
        gapSeqs,
        instance,
        other);
  }

  /** What the relay's cursor is kept under. */
  public static String relayName(Variables variables) {
    return variables.text("SKYWIRE_RELAY_NAME", relay(variables).getRawAuthority());
  }

  private static URI relay(Variables variables) {
    URI relay =
        variables.uri(
            "RELAY_URL", "wss://bsky.network", Set.of("ws", "wss"), "ws://host:port or wss://host");
    if (relay.getRawQuery() != null || relay.getUserInfo() != null) {
      throw new InvalidSettingException(
          "RELAY_URL has a query or a user; expected ws://host:port or wss://host");
    }
    return relay;
  }

  private static @Nullable Long start(Variables variables) {
    String start = variables.text("RELAY_START", "live");
    return switch (start) {
      case "live" -> null;
      case "oldest" -> Long.valueOf(0);
      default -> {
        try {
          long seq = Long.parseLong(start);
          if (seq >= 0 && seq <= SEQ_MAX) {
            yield Long.valueOf(seq);
          }
        } catch (NumberFormatException notASeq) {
          throw new InvalidSettingException("RELAY_START", start, "live, oldest or a seq", notASeq);
        }
        throw new InvalidSettingException("RELAY_START", start, "live, oldest or a seq");
      }
    };
  }
}
