package io.skywire.standalone.chaos;

import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;

/** The PostgreSQL server as a victim. */
final class DatabaseServer implements Victim {
  private final EmbeddedPostgresServer server;
  private boolean wanted = true;
  private boolean endedByItself;

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
    endedByItself |= wanted && !alive;
    wanted = false;
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
    endedByItself |= wanted && !isAlive();
    wanted = false;
    server.stopForNow();
  }

  @Override
  public synchronized void start() throws IOException {
    endedByItself |= wanted && !isAlive();
    wanted = true;
    if (!isAlive()) {
      server.startAgain();
    }
  }

  @Override
  public synchronized String endedByItself() throws IOException {
    return endedByItself || (wanted && !isAlive()) ? name() : "";
  }

  private boolean isAlive() throws IOException {
    return server.processes().isAlive();
  }
}
