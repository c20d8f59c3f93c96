package io.skywire.standalone.chaos;

import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import java.io.IOException;

/** The PostgreSQL server as a victim. */
final class DatabaseServer implements Victim {
  private final EmbeddedPostgresServer server;

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
  public void kill() throws IOException {
    server.processes().kill();
  }

  @Override
  public void pause() throws IOException {
    server.processes().pause();
  }

  @Override
  public void resume() throws IOException {
    server.processes().resume();
  }

  @Override
  public void stop() throws IOException {
    server.stopForNow();
  }

  @Override
  public void start() throws IOException {
    if (!server.processes().isAlive()) {
      server.startAgain();
    }
  }

  @Override
  public String endedByItself() {
    return "";
  }
}
