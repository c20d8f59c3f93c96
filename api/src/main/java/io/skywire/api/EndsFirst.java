package io.skywire.api;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Ends something when the process begins to end, before the web server waits for requests. */
final class EndsFirst implements SmartLifecycle {
  private final Runnable end;
  private volatile boolean running;

  EndsFirst(Runnable end) {
    this.end = end;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    end.run();
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
