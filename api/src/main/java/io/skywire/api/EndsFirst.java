package io.skywire.api;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Closes something when the process begins to end, before the web server waits for requests. */
final class EndsFirst implements SmartLifecycle {
  private final AutoCloseable what;
  private volatile boolean running;

  EndsFirst(AutoCloseable what) {
    this.what = what;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    try {
      what.close();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
  }
}
