package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenStore;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a session while the database fails in this way or that. */
@Timeout(60)
class SessionCheckTest {
  private static TestDatabase database;

  private final SessionSeal seal = new SessionSeal(TestApi.SECRET);
  private Instant now = Instant.parse("2026-07-04T03:00:00Z");
  private @Nullable SQLException failure;
  private int failures;
  private TokenStore tokens;
  private Token token;

  @BeforeAll
  static void open() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void create() throws Exception {
    database.execute("delete from api_tokens");
    tokens = new TokenStore(failing(database.dataSource()), TestApi.SECRET);
    token = Objects.requireNonNull(tokens.find(tokens.create("operator")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08006", "57P01", "57P03", "53300", "53100"})
  void aSealIsBelievedWhileTheDatabaseCannotBeReachedOrHasNoRoom(String state) {
    failure = new SQLException("away", state);
    requireBelieved();
  }

  @Test
  void aSealIsBelievedWhileNoConnectionBecomesFree() {
    failure = new SQLTransientConnectionException("none within 2 s");
    requireBelieved();
  }

  private void requireBelieved() {
    SessionCheck sessions = sessions();
    HttpServletRequest request = request(seal.seal(seal.begin(token.id(), now)));
    assertThat(sessions.visitor(request))
        .isInstanceOfSatisfying(
            Visitor.SignedIn.class,
            visitor -> {
              assertThat(visitor.isVouchedFor()).isFalse();
              assertThat(sessions.renew(visitor, request)).isNull();
            });
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"28P01", "3D000", "42P01", "42501", "57014", "25006", "XX000", "P0001"})
  void aSealIsNotBelievedForAnyOtherFailure(@Nullable String state) {
    failure = new SQLException("refused", state);
    requireRefused();
  }

  /** The pool's own failure has the state of what kept it from connecting. */
  @Test
  void aSealIsNotBelievedWhenTheDatabaseDoesNotLetUsIn() {
    failure = new SQLTransientConnectionException("none within 2 s", "28P01");
    requireRefused();
  }

  private void requireRefused() {
    SessionCheck sessions = sessions();
    assertThat(sessions.visitor(request(seal.seal(seal.begin(token.id(), now)))))
        .isInstanceOfSatisfying(
            Visitor.SignedOut.class,
            visitor -> assertThat(visitor.words()).contains("cannot be checked"));
  }

  @Test
  void theSealEndsWithinAnHourOfTheDatabasesLastWord() {
    SessionCheck sessions = sessions();
    HttpServletRequest request = request(seal.seal(seal.begin(token.id(), now)));
    now = now.plus(Duration.ofMinutes(30));
    Visitor.SignedIn visitor = (Visitor.SignedIn) sessions.visitor(request);
    assertThat(visitor.isVouchedFor()).isTrue();
    String set = Objects.requireNonNull(sessions.renew(visitor, request));
    HttpServletRequest renewed = request(set.substring(set.indexOf('=') + 1, set.indexOf(';')));
    failure = new SQLException("away", "08006");
    SessionCheck restarted = sessions();
    now = now.plus(Duration.ofMinutes(59));
    assertThat(restarted.visitor(renewed)).isInstanceOf(Visitor.SignedIn.class);
    now = now.plus(Duration.ofMinutes(1));
    assertThat(restarted.visitor(renewed)).isInstanceOf(Visitor.SignedOut.class);
  }

  @Test
  void whatTheDatabaseSaidLastStandsWhileItIsAway() throws Exception {
    SessionCheck sessions = sessions();
    HttpServletRequest request = request(seal.seal(seal.begin(token.id(), now)));
    tokens.revoke("operator");
    assertThat(sessions.visitor(request)).isInstanceOf(Visitor.SignedOut.class);
    failure = new SQLException("away", "08006");
    Visitor visitor = sessions.visitor(request);
    // It is believed for a while, and only then asked again.
    while (failures == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
      visitor = sessions.visitor(request);
    }
    assertThat(visitor)
        .isInstanceOfSatisfying(
            Visitor.SignedOut.class, out -> assertThat(out.words()).contains("revoked"));
  }

  private SessionCheck sessions() {
    return new SessionCheck(tokens, seal, () -> now);
  }

  private DataSource failing(DataSource working) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (failure != null) {
                failures++;
                throw failure;
              }
              try {
                return method.invoke(working, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  private HttpServletRequest request(String cookie) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getCookies" -> new Cookie[] {new Cookie("skywire_dashboard", cookie)};
                  case "isSecure" -> true;
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }
}
