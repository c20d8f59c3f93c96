package io.skywire.sink;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.KafkaSettings;
import org.jspecify.annotations.Nullable;

/**
 * What the sink is configured by: names, defaults and bounds.
 *
 * @param eventPartitions partitions of the events' topic, made at start when absent
 * @param batchEventsMax events in one PostgreSQL transaction while catching up
 * @param instance stable name of this sink in its group, so that a restart takes over at once; null
 *     for none
 * @param migrate whether to apply the migrations at start
 */
public record SinkSettings(
    DatabaseUrl database,
    KafkaSettings kafka,
    int eventPartitions,
    int batchEventsMax,
    @Nullable String instance,
    boolean migrate) {

  public static SinkSettings from(Variables variables) {
    return new SinkSettings(
        DatabaseUrl.from(variables),
        KafkaSettings.from(variables),
        EventPartitions.from(variables),
        variables.count("SKYWIRE_SINK_BATCH_EVENTS_MAX", 10_000, 1, 100_000),
        variables.find("SKYWIRE_INSTANCE"),
        variables.flag("SKYWIRE_MIGRATE", true));
  }
}
