package io.skywire.benchmarks.api;

import io.skywire.benchmarks.PostgresServer;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.sql.SQLException;

/**
 * A server with the same events in two databases: as JSON, which peers read, and compressed as
 * Skywire stores them. Nobody writes to them: who does has a copy. One thread.
 */
final class StoredEvents implements Shared.Part {
  /** The database with JSON. */
  static final String ORIGINAL = "original";

  static final String COMPRESSED = "compressed";

  private final Shared.Lease<PostgresServer> postgres;
  private final EventDatabase original;
  private final String token;

  private StoredEvents(
      Shared.Lease<PostgresServer> postgres, EventDatabase original, String token) {
    this.postgres = postgres;
    this.original = original;
    this.token = token;
  }

  /**
   * @param rows of each; in a quick run all who ask have to want as many
   */
  static Shared.Lease<StoredEvents> lease(Workbench workbench, long rows)
      throws IOException, InterruptedException {
    return workbench
        .shared()
        .lease(StoredEvents.class, "stored events", () -> store(workbench, rows));
  }

  private static StoredEvents store(Workbench workbench, long rows)
      throws IOException, InterruptedException {
    Shared.Lease<PostgresServer> lease = PostgresServer.lease(workbench);
    try {
      PostgresServer postgres = lease.part();
      EventDatabase original = new EventDatabase(postgres.create(ORIGINAL), EventLayout.of(rows));
      workbench.screen().line("  storing %,d events ...".formatted(rows));
      String token = original.fill();
      new EventDatabase(postgres.create(COMPRESSED, ORIGINAL), original.layout()).compress();
      return new StoredEvents(lease, original, token);
    } catch (SQLException refused) {
      lease.close();
      throw new IOException("the events cannot be stored", refused);
    } catch (RuntimeException failed) {
      lease.close();
      throw failed;
    }
  }

  PostgresServer postgres() {
    return postgres.part();
  }

  EventDatabase original() {
    return original;
  }

  /** Of a reader. */
  String token() {
    return token;
  }

  @Override
  public void close() {
    postgres.close();
  }
}
