package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.TokenStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SignInTest {
  private static final String FORM = "Sign in to the dashboard";
  private static final String PAGE = "id=\"sentence\"";
  private static final String NOBODYS = "sky_" + "a".repeat(43);

  private TestDatabase database;
  private TestApi api;
  private TokenStore tokens;
  private String token;
  private Operator operator;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    api = new TestApi(database.url());
    tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    token = tokens.create("operator");
    operator = new Operator(api);
  }

  @AfterEach
  void stop() {
    operator.close();
    api.close();
    database.close();
  }

  @Test
  void aTokenOpensThePageByACookieThatNoScriptAndNoOtherSiteGets() throws Exception {
    assertThat(operator.get("/dashboard").body()).contains(FORM).doesNotContain(PAGE);
    HttpResponse<String> answer = operator.signIn(token);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue("/dashboard");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .contains("; HttpOnly", "; SameSite=Strict", "; Path=/dashboard", "; Max-Age=3600")
        .doesNotContain("Secure")
        .doesNotContain(token);
    HttpResponse<String> page = operator.get("/dashboard");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains(PAGE).doesNotContain(FORM);
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(page.headers().firstValue("Set-Cookie")).as("is renewed").isPresent();
    assertThat(tokens.list().getFirst().lastUsedAt()).isNotNull();
  }

  @Test
  void theCookieIsSecureBehindHttps() throws Exception {
    HttpResponse<String> answer = operator.signIn(token, "X-Forwarded-Proto", "https");
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("; Secure");
  }

  @Test
  void everyAnswerForbidsWhatDoesNotComeFromHere() throws Exception {
    operator.signIn(token);
    for (String path :
        List.of(
            "/dashboard",
            "/dashboard/session",
            "/dashboard/files/dashboard.js",
            "/dashboard/uplot/uPlot.iife.min.js",
            "/dashboard/uplot/uPlot.min.css")) {
      HttpResponse<String> answer = operator.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .as(path)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
    assertThat(operator.get("/dashboard").body())
        .doesNotContain("<style", " style=", " onclick=", "http://", "https://")
        .doesNotContainPattern("<script(?![^>]* src=)");
    assertThat(operator.get("/dashboard/").headers().firstValue("Location")).hasValue("/dashboard");
  }

  @Test
  void whatIsNoTokenInUseIsRefused() throws Exception {
    for (String wrong : List.of("no token", NOBODYS, token + "x")) {
      HttpResponse<String> answer = operator.signIn(wrong);
      assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
      assertThat(answer.body()).contains(FORM, "There is no such token").doesNotContain(wrong);
      assertThat(operator.cookie()).isNull();
    }
    assertThat(operator.post("/dashboard/sign-in", "").statusCode()).isEqualTo(400);
    assertThat(operator.post("/dashboard/sign-in?token=" + token, "").statusCode())
        .as("in the address")
        .isEqualTo(400);
    assertThat(operator.post("/dashboard/sign-in", "token=" + "x".repeat(5_000)).statusCode())
        .isEqualTo(400);
    assertThat(operator.cookie()).isNull();
  }

  @Test
  void afterManyFailuresFromAnAddressOnlyATokenInUseSignsInFromThere() throws Exception {
    EventFilter some = new EventFilter(null, Choice.ofPatterns(List.of("app.bsky.*")), null);
    String scoped = tokens.create(new Grant("scoped", some, null, null));
    String revoked = tokens.create("revoked");
    tokens.revoke("revoked");
    for (int i = 0; i < SignInFailures.MAX; i++) {
      assertThat(operator.signIn(NOBODYS).statusCode()).isEqualTo(401);
    }
    for (String wrong : List.of(NOBODYS, "no token", scoped, revoked)) {
      HttpResponse<String> answer = operator.signIn(wrong);
      assertThat(answer.statusCode()).as(wrong).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("60");
      assertThat(answer.body()).contains(FORM, "too often");
      assertThat(operator.cookie()).isNull();
    }
    assertThat(operator.signIn(token).statusCode()).isEqualTo(303);
    assertThat(operator.get("/dashboard").body()).contains(PAGE);
  }

  /** Each byte would begin the server's own timeout anew. */
  @Test
  void aFormThatTricklesInIsCutOff() throws Exception {
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      OutputStream out = slow.getOutputStream();
      out.write(
          """
          POST /dashboard/sign-in HTTP/1.1\r
          Host: x\r
          Content-Type: application/x-www-form-urlencoded\r
          Content-Length: 4000\r
          \r
          token=\
          """
              .getBytes(StandardCharsets.US_ASCII));
      long began = System.nanoTime();
      boolean cut = false;
      while (!cut) {
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        TimeUnit.MILLISECONDS.sleep(200);
        try {
          out.write('x');
        } catch (IOException reset) {
          cut = true;
        }
      }
    }
  }

  @Test
  void aFormOfAnotherPageDoesNothing() throws Exception {
    for (String[] headers :
        List.of(
            new String[] {"Origin", "https://evil.example"},
            new String[] {"Origin", "null"},
            new String[] {"Sec-Fetch-Site", "cross-site"},
            new String[] {"Sec-Fetch-Site", "same-site"})) {
      assertThat(operator.signIn(token, headers).statusCode()).isEqualTo(403);
      assertThat(operator.cookie()).isNull();
    }
    operator.signIn(token, "Origin", "http://127.0.0.1:" + api.port());
    assertThat(operator.get("/dashboard").body()).contains(PAGE);
    HttpResponse<String> out =
        operator.post("/dashboard/sign-out", "", "Origin", "https://evil.example");
    assertThat(out.statusCode()).isEqualTo(403);
    assertThat(operator.get("/dashboard").body()).contains(PAGE);
  }

  @Test
  void aTokenWithAScopeIsForbiddenInWords() throws Exception {
    EventFilter some = new EventFilter(null, Choice.ofPatterns(List.of("app.bsky.*")), null);
    String scoped = tokens.create(new Grant("scoped", some, null, null));
    HttpResponse<String> answer = operator.signIn(scoped);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("sees some events only", "--collection");
    assertThat(operator.cookie()).isNull();
  }

  @Test
  void aScopeThatCameLaterForbidsTheSessionToo() throws Exception {
    operator.signIn(token);
    try (Operator.Stream stream = operator.watch()) {
      database.execute("update api_tokens set scopes = '{\"event_types\": [\"commit\"]}'");
      assertThat(stream.awaitEnd()).contains("sees some events only");
    }
    HttpResponse<String> page = operator.get("/dashboard");
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body()).contains("sees some events only").doesNotContain(PAGE);
    assertThat(operator.get("/dashboard/events").statusCode()).isEqualTo(403);
  }

  @Test
  void aRevokedTokenEndsItsSessionsWithinSeconds() throws Exception {
    operator.signIn(token);
    try (Operator.Stream stream = operator.watch()) {
      stream.await(any -> true);
      tokens.revoke("operator");
      assertThat(stream.awaitEnd()).isEqualTo("data: the token was revoked or has expired");
    }
    assertThat(operator.get("/dashboard").body()).contains(FORM, "revoked");
    assertThat(operator.get("/dashboard/events").statusCode()).isEqualTo(401);
    assertThat(operator.get("/dashboard/session").body()).contains("\"signed_in\":false");
  }

  @Test
  void signingOutEndsTheSessionAndNotOnlyTheCookie() throws Exception {
    operator.signIn(token);
    String cookie = operator.cookie();
    HttpResponse<String> out = operator.post("/dashboard/sign-out", "");
    assertThat(out.statusCode()).isEqualTo(303);
    assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("; Max-Age=0");
    operator.useCookie(cookie);
    assertThat(operator.get("/dashboard").body()).contains(FORM);
    assertThat(operator.get("/dashboard/events").statusCode()).isEqualTo(401);
  }

  @Test
  void withoutASessionThereAreNoFigures() throws Exception {
    HttpResponse<String> answer = operator.get("/dashboard/events");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    operator.useCookie("skywire_dashboard=forged");
    assertThat(operator.get("/dashboard/events").statusCode()).isEqualTo(401);
    assertThat(operator.get("/dashboard").body()).contains(FORM);
  }
}
