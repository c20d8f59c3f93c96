package io.skywire.standalone.chaos;

import java.io.IOException;

/** A process of the world that may be killed, stopped, continued and started at any time. */
interface Victim {
  /** What it does, which decides where it can be met. */
  enum Role {
    INGESTER,
    SINK,
    API,
    BROKER,
    DATABASE
  }

  Role role();

  /** Unique: role and number. */
  String name();

  /**
   * SIGKILL; gone when this returns.
   *
   * @return whether there was anything to kill
   */
  boolean kill() throws IOException;

  /** SIGSTOP. */
  void pause() throws IOException;

  /** SIGCONT. */
  void resume() throws IOException;

  /** SIGTERM, and waits for its end. */
  void stop() throws IOException;

  /** Starts it unless it runs; what it needs to be ready may come later. */
  void start() throws IOException;

  /**
   * Why it has ended although nobody has ended it, also when it has been killed, stopped or started
   * since; empty when it has not.
   */
  String endedByItself() throws IOException;
}
