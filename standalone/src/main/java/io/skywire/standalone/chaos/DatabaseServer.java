package io.skywire.standalone.chaos;

import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;

/** The PostgreSQL server as a victim. */
final class DatabaseServer implements Victim {
  private final EmbeddedPostgresServer server;
  private final Wanted wanted = new Wanted();

  DatabaseServer(EmbeddedPostgresServer server) {
    this.server = server;
  }

  @Override
  public Role role() {
    return Role.DATABASE;
  }

  @Override
  public String name() {
    return "database";
  }

  @Override
  public synchronized boolean kill() throws IOException {
    boolean alive = isAlive();
    wanted.become(false, alive);
    server.processes().kill();
    return alive;
  }

  @Override
  public synchronized void pause() throws IOException {
    server.processes().pause();
  }

  @Override
  public synchronized void resume() throws IOException {
    server.processes().resume();
  }

  @Override
  public synchronized void stop() throws IOException {
    wanted.become(false, isAlive());
    server.stopForNow();
  }

  @Override
  public synchronized void start() throws IOException {
    boolean alive = isAlive();
    wanted.become(true, alive);
    if (!alive) {
      server.startAgain();
    }
  }

  @Override
  public synchronized String endedByItself() throws IOException {
    return wanted.endedByItself(isAlive()) ? name() : "";
  }

  private boolean isAlive() throws IOException {
    return server.processes().isAlive();
  }
}
