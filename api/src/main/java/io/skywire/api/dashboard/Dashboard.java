package io.skywire.api.dashboard;

import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.api.health.HealthProbe;
import io.skywire.api.tokens.SecretKeys;
import io.skywire.api.tokens.TokenStore;
import java.time.InstantSource;
import javax.sql.DataSource;

/** What the dashboard consists of, and its beginning and end. */
public final class Dashboard implements AutoCloseable {
  private final SessionCheck sessions;
  private final SignIn signIn;
  private final SnapshotFeed feed;

  private Dashboard(SessionCheck sessions, SignIn signIn, SnapshotFeed feed) {
    this.sessions = sessions;
    this.signIn = signIn;
    this.feed = feed;
  }

  /**
   * @param database of one connection, the dashboard's own: it is looked at when all is busy
   * @param secrets sessions are sealed under the current one alone: who has got hold of a previous
   *     one could make them
   * @param registry where the room in the data folder is told, if there is one
   */
  public static Dashboard start(
      DataSource database, SecretKeys secrets, HealthProbe probe, MeterRegistry registry) {
    InstantSource clock = InstantSource.system();
    TokenStore tokens = new TokenStore(database, secrets);
    SnapshotReader reader = new SnapshotReader(database, probe, registry, clock);
    return new Dashboard(
        new SessionCheck(tokens, new SessionSeal(secrets.current()), clock),
        new SignIn(tokens),
        SnapshotFeed.start(reader::read));
  }

  SessionCheck sessions() {
    return sessions;
  }

  SignIn signIn() {
    return signIn;
  }

  SnapshotFeed feed() {
    return feed;
  }

  /** Lets all who watch go. */
  @Override
  public void close() {
    feed.close();
  }
}
