package io.skywire.embedded.postgres;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.process.Leash;
import io.skywire.embedded.process.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes of one PostgreSQL server: the postmaster and those that it has started. Every
 * method may be called by any thread.
 */
public final class PostgresProcesses {
  private static final int KILLED_SECONDS_MAX = 10;

  private final Postmaster postmaster;
  private boolean leashed;

  PostgresProcesses(Postmaster postmaster) {
    this.postmaster = postmaster;
  }

  /** From now on the server does not outlive this JVM, however that ends. */
  public synchronized void leash() throws IOException {
    leashed = true;
    postmaster.find().ifPresent(found -> Leash.hold(found.pid()));
  }

  public synchronized boolean isAlive() throws IOException {
    return postmaster.find().isPresent();
  }

  /**
   * SIGKILL of the postmaster; the other processes end when they notice, those too that were
   * stopped: as long as one of them is there, no other server can start on their data.
   */
  public synchronized void kill() throws IOException {
    List<ProcessHandle> all = all();
    if (all.isEmpty()) {
      return;
    }
    all.getFirst().destroyForcibly();
    await(all.getFirst());
    all.forEach(process -> Signal.CONT.send(process.pid()));
    for (ProcessHandle process : all) {
      await(process);
      if (leashed) {
        Leash.release(process.pid());
      }
    }
  }

  private static void await(ProcessHandle process) {
    process.onExit().completeOnTimeout(process, KILLED_SECONDS_MAX, TimeUnit.SECONDS).join();
    if (!process.destroyForcibly()) {
      return;
    }
    process.onExit().completeOnTimeout(process, KILLED_SECONDS_MAX, TimeUnit.SECONDS).join();
    if (process.isAlive()) {
      throw new EmbeddedServerException(
          "process %d of PostgreSQL outlives SIGKILL".formatted(process.pid()));
    }
  }

  /** SIGSTOP of all. */
  public synchronized void pause() throws IOException {
    for (ProcessHandle process : all()) {
      if (leashed) {
        // Stopped, it would not notice that its postmaster is gone.
        Leash.hold(process.pid());
      }
      Signal.STOP.send(process.pid());
    }
  }

  /** SIGCONT of all. */
  public synchronized void resume() throws IOException {
    List<ProcessHandle> all = all();
    for (ProcessHandle process : all) {
      Signal.CONT.send(process.pid());
      if (leashed && !process.equals(all.getFirst())) {
        Leash.release(process.pid());
      }
    }
  }

  synchronized void started() throws IOException {
    if (leashed) {
      leash();
    }
  }

  /** The postmaster first. */
  private List<ProcessHandle> all() throws IOException {
    List<ProcessHandle> all = new ArrayList<>();
    postmaster
        .find()
        .ifPresent(found -> {
          all.add(found);
          found.children().forEach(all::add);
        });
    return all;
  }
}
