package io.skywire.standalone.chaos;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.embedded.network.Hold;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What comes before the first round: the migrations are applied once only, so the first to apply
 * them are killed doing so. The reader gets its token.
 */
final class Opening {
  private static final Duration MIGRATION_MAX = Duration.ofSeconds(90);
  private static final Duration TOKEN_MAX = Duration.ofMinutes(3);
  private static final long AGAIN_MILLIS = 100;

  /** About as many as the first migration has. */
  private static final int STATEMENTS = 12;

  private final World world;
  private final SplittableRandom random;
  private final Tally tally;

  Opening(World world, long seed, Tally tally) {
    this.world = world;
    this.random = new SplittableRandom(~seed);
    this.tally = tally;
  }

  /** None of Skywire's processes runs before, nor after. */
  void killMigrating() throws IOException, InterruptedException {
    for (Victim migrating : List.of(world.victim("sink-1"), world.victim("api"))) {
      killMigrating(migrating);
    }
  }

  private void killMigrating(Victim victim) throws IOException, InterruptedException {
    Line line = world.line(Line.name(victim.name(), "database"));
    Hold.Side side = random.nextBoolean() ? Hold.Side.REQUEST : Hold.Side.ANSWER;
    int statement = 1 + random.nextInt(STATEMENTS);
    try (Ambush ambush =
        new Ambush(List.of(line), side, sql -> sql.startsWith("create "), statement)) {
      victim.start();
      Optional<Ambush.Caught> caught = ambush.await(MIGRATION_MAX);
      tally.inflicted("kill in a migration");
      boolean killed = victim.kill();
      if (caught.isEmpty() || !killed) {
        tally.missed("kill in a migration");
      } else {
        tally.killed(victim.name());
        caught.get().hold().drop();
      }
    }
  }

  /** The reader's token, as soon as the processes have made the tables. */
  String token() throws InterruptedException {
    try (HikariDataSource database =
        Database.open(world.database(), "chaos", 1, Duration.ofSeconds(5))) {
      TokenStore tokens = new TokenStore(database, world.secret());
      long deadline = System.nanoTime() + TOKEN_MAX.toNanos();
      while (true) {
        try {
          return tokens.create("chaos");
        } catch (SQLException noTableYet) {
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException(
                "no process has migrated the database within " + TOKEN_MAX, noTableYet);
          }
          Thread.sleep(AGAIN_MILLIS);
        }
      }
    }
  }
}
