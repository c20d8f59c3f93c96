package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.tokens.TokenStore;
import io.skywire.api.tokens.UnscopedTokens;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody tries out tokens at an address that others have too. */
@Timeout(60)
class GuessingTest {
  private static final byte[] SHARED = {10, 0, 0, 1};
  private static final byte[] OTHER = {10, 0, 0, 2};
  private static final int GUESSES = 500;

  private final AtomicInteger lookUps = new AtomicInteger();
  private TestDatabase database;
  private TokenStore tokens;
  private SignIn signIn;

  @BeforeEach
  void start() {
    database = TestDatabase.create();
    tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    signIn = new SignIn(new TokenStore(counted(database.dataSource()), TestApi.SECRET));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void guessesCostTheDatabaseNextToNothingAndLockNobodyOut() throws Exception {
    String token = tokens.create("operator");
    long began = System.nanoTime();
    int refused = 0;
    for (int guess = 0; guess < GUESSES; guess++) {
      if (status(guess(guess), SHARED) == 429) {
        refused++;
      }
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    assertThat(refused).isEqualTo(GUESSES - SignInFailures.MAX);
    assertThat((long) lookUps.get())
        .isLessThanOrEqualTo(
            SignInFailures.MAX + 1 + seconds / UnscopedTokens.READ_EVERY.toSeconds());
    assertThat(status(token, SHARED)).isEqualTo(303);
    assertThat(status(guess(0), OTHER)).isEqualTo(401);
  }

  @Test
  void aNewTokenSignsInSoonAndARevokedOneNever() throws Exception {
    String revoked = tokens.create("revoked");
    for (int guess = 0; guess <= SignInFailures.MAX; guess++) {
      status(guess(guess), SHARED);
    }
    tokens.revoke("revoked");
    assertThat(status(revoked, SHARED)).isEqualTo(401);
    String token = tokens.create("new");
    long deadline = System.nanoTime() + UnscopedTokens.READ_EVERY.multipliedBy(3).toNanos();
    while (status(token, SHARED) != 303) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(status(revoked, SHARED)).isEqualTo(429);
  }

  private static String guess(int number) {
    return String.format(Locale.ROOT, "sky_%043d", number);
  }

  /** What the page answers. */
  private int status(String text, byte[] address) {
    return switch (signIn.with(text, address)) {
      case SignIn.Answer.Welcome _ -> 303;
      case SignIn.Answer.Refused refused -> refused.status();
    };
  }

  private DataSource counted(DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                lookUps.incrementAndGet();
              }
              try {
                return method.invoke(source, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }
}
