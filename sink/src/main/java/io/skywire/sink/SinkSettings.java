package io.skywire.sink;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.sink.stats.Routes;
import io.skywire.sink.write.BatchLimits;
import org.jspecify.annotations.Nullable;

/**
 * What the sink is configured by: names, defaults and bounds.
 *
 * @param eventPartitions partitions of the events' topic, made at start when absent
 * @param batch how large one PostgreSQL transaction may be while catching up
 * @param compress whether events are stored compressed, or as JSON that psql can read
 * @param instance stable name of this sink in its group, so that a restart takes over at once; null
 *     for none
 * @param retentionDays how many whole days of events are kept besides today
 * @param stats whether Kafka Streams counts events a minute
 * @param routes what it sends on to topics of their own
 * @param migrate whether to apply the migrations at start
 */
public record SinkSettings(
    DatabaseUrl database,
    KafkaSettings kafka,
    int eventPartitions,
    BatchLimits batch,
    boolean compress,
    @Nullable String instance,
    int retentionDays,
    boolean stats,
    Routes routes,
    boolean migrate) {
  /** For the loop, for what its dead letters ask, the status, retention, the survey, the counts. */
  public static final int DATABASE_CONNECTIONS_MAX = 6;

  private static final long MIB = 1024 * 1024;

  public static SinkSettings from(Variables variables) {
    return new SinkSettings(
        DatabaseUrl.from(variables),
        KafkaSettings.from(variables),
        EventPartitions.from(variables),
        new BatchLimits(
            variables.count("SKYWIRE_SINK_BATCH_EVENTS_MAX", 10_000, 1, 100_000),
            variables.number("SKYWIRE_SINK_BATCH_MIB_MAX", 16, 1, 1024) * MIB),
        variables.flag("SKYWIRE_SINK_COMPRESS", true),
        variables.find("SKYWIRE_INSTANCE"),
        variables.count("EVENT_RETENTION_DAYS", 7, 1, 365),
        isOn(variables, "SKYWIRE_STATS"),
        Routes.from(variables),
        variables.flag("SKYWIRE_MIGRATE", true));
  }

  /** Whether Kafka Streams has anything to do. */
  boolean needsStreams() {
    return stats || !routes.isEmpty();
  }

  private static boolean isOn(Variables variables, String name) {
    String value = variables.text(name, "on");
    return switch (value) {
      case "on" -> true;
      case "off" -> false;
      default -> throw new InvalidSettingException(name, value, "on or off");
    };
  }
}
