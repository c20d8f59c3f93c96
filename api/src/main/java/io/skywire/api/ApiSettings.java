package io.skywire.api;

import io.skywire.api.connections.ClientPatience;
import io.skywire.api.tokens.SecretKeys;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.InetAddress;

/**
 * The api's settings; this file is the table of their names, defaults and bounds.
 *
 * @param port where it listens; 0 takes a free one
 * @param bind the address it listens on
 * @param secretKeys under which tokens are hashed
 * @param migrate whether the schema is brought up to date at start
 * @param connections database connections at most, the one of health and the one of the newest
 *     events aside; the migration alone needs two
 * @param requestsPerMinute of a token that has no number of its own
 * @param streams that run at the same time
 * @param streamsPerToken those of one token among them
 * @param patience no variable: see {@link ClientPatience}
 */
public record ApiSettings(
    int port,
    InetAddress bind,
    DatabaseUrl databaseUrl,
    SecretKeys secretKeys,
    boolean migrate,
    int connections,
    int requestsPerMinute,
    int streams,
    int streamsPerToken,
    ClientPatience patience) {
  private static final int STREAMS_MAX = 8_000;

  /** Of health, of the newest events and of the dashboard, one each. */
  private static final int CONNECTIONS_BESIDE = 3;

  /** Of one token without a setting, however few there are of all. */
  private static final int STREAMS_A_FEW = 4;

  /**
   * @throws InvalidSettingException when a variable is missing or does not fit
   */
  public static ApiSettings from(Variables variables) {
    int streams = variables.count("SKYWIRE_API_STREAMS", 1_000, 1, STREAMS_MAX);
    return new ApiSettings(
        variables.count("PORT", 4000, 0, 65_535),
        variables.address("SKYWIRE_BIND", "0.0.0.0"),
        DatabaseUrl.from(variables),
        SecretKeys.from(variables),
        variables.flag("SKYWIRE_MIGRATE", true),
        connections(variables),
        variables.count("SKYWIRE_API_REQUESTS_PER_MINUTE", 60_000, 1, Integer.MAX_VALUE),
        streams,
        variables.count(
            "SKYWIRE_API_STREAMS_PER_TOKEN",
            Math.max(streams / 4, Math.min(STREAMS_A_FEW, streams)),
            1,
            STREAMS_MAX),
        ClientPatience.defaults());
  }

  /** These settings with other waits. */
  ApiSettings with(ClientPatience other) {
    return new ApiSettings(
        port,
        bind,
        databaseUrl,
        secretKeys,
        migrate,
        connections,
        requestsPerMinute,
        streams,
        streamsPerToken,
        other);
  }

  /** How many connections to the database the whole process takes at most. */
  public static int databaseConnectionsMax(Variables variables) {
    return connections(variables) + CONNECTIONS_BESIDE;
  }

  private static int connections(Variables variables) {
    return variables.count("SKYWIRE_API_CONNECTIONS", 10, 2, 1_000);
  }

  /** Leaves the secrets out, so that it can be logged. */
  @Override
  public String toString() {
    return "ApiSettings[port=%d, bind=%s, databaseUrl=%s, migrate=%s, connections=%d]"
        .formatted(port, bind.getHostAddress(), databaseUrl, migrate, connections);
  }
}
