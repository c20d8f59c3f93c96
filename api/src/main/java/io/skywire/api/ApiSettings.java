package io.skywire.api;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.InetAddress;

/**
 * The api's settings; this file is the table of their names, defaults and bounds.
 *
 * @param port where it listens; 0 takes a free one
 * @param bind the address it listens on
 * @param secretKeyBase the key under which tokens are hashed
 * @param migrate whether the schema is brought up to date at start
 * @param connections database connections at most, the one of health and the one of the newest
 *     events aside; the migration alone needs two
 * @param requestsPerMinute of a token that has no number of its own
 * @param streams that run at the same time
 */
public record ApiSettings(
    int port,
    InetAddress bind,
    DatabaseUrl databaseUrl,
    String secretKeyBase,
    boolean migrate,
    int connections,
    int requestsPerMinute,
    int streams) {
  private static final int SECRET_LENGTH_MIN = 32;

  /**
   * @throws InvalidSettingException when a variable is missing or does not fit
   */
  public static ApiSettings from(Variables variables) {
    return new ApiSettings(
        variables.count("PORT", 4000, 0, 65_535),
        variables.address("SKYWIRE_BIND", "0.0.0.0"),
        DatabaseUrl.from(variables),
        secretKeyBase(variables),
        variables.flag("SKYWIRE_MIGRATE", true),
        variables.count("SKYWIRE_API_CONNECTIONS", 10, 2, 1_000),
        variables.count("SKYWIRE_API_REQUESTS_PER_MINUTE", 60_000, 1, Integer.MAX_VALUE),
        variables.count("SKYWIRE_API_STREAMS", 1_000, 1, 8_000));
  }

  /**
   * The secret alone, for whoever makes tokens without running an api.
   *
   * @throws InvalidSettingException when it is missing or too short; the message does not repeat it
   */
  public static String secretKeyBase(Variables variables) {
    String name = "SECRET_KEY_BASE";
    String expected = "a secret of at least " + SECRET_LENGTH_MIN + " characters";
    String secret = variables.required(name, expected);
    if (secret.length() < SECRET_LENGTH_MIN) {
      throw new InvalidSettingException(
          name + " has " + secret.length() + " characters; expected " + expected);
    }
    return secret;
  }

  /** Leaves the secret out, so that it can be logged. */
  @Override
  public String toString() {
    return "ApiSettings[port=%d, bind=%s, databaseUrl=%s, migrate=%s, connections=%d]"
        .formatted(port, bind.getHostAddress(), databaseUrl, migrate, connections);
  }
}
