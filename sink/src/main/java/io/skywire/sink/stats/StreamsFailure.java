package io.skywire.sink.stats;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;

/** What a failure of Kafka Streams calls for. */
enum StreamsFailure {
  /** It passes: another thread goes on from what is committed. */
  PASSES,
  /** A topic is not there: everything is opened anew, which makes it. */
  OPEN_ANEW,
  /** Only an operator can help. */
  FATAL;

  /** How Kafka Streams says that its own topics have other partitions than they would need. */
  private static final String INVALID_PARTITIONS = "invalid partitions";

  static StreamsFailure of(Throwable failure) {
    if (failure instanceof Error
        || RootCause.is(failure, UnsupportedVersionException.class)
        || RootCause.is(failure, TopologyException.class)
        || RootCause.is(failure, InvalidSettingException.class)
        || hasOtherPartitions(failure)) {
      return FATAL;
    }
    return RootCause.is(failure, MissingSourceTopicException.class) ? OPEN_ANEW : PASSES;
  }

  static FatalException fatal(Throwable failure) {
    return new FatalException(
        hasOtherPartitions(failure)
            ? "Kafka Streams has topics of another number of partitions than skywire.events: delete those that begin with "
                + StatsStreams.APPLICATION
                + "-; the counts of the last two hours begin anew"
            : "Kafka Streams cannot go on: " + RootCause.line(failure),
        failure);
  }

  private static boolean hasOtherPartitions(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().contains(INVALID_PARTITIONS)) {
        return true;
      }
    }
    return false;
  }
}
