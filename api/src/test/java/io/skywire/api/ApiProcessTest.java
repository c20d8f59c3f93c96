package io.skywire.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ApiProcessTest {
  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  @Test
  void servesAnEmptyPageFromAnEmptyDatabase() throws Exception {
    HttpResponse<byte[]> answer = api.get("/api/events?since=0", token);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"events\":[],\"max_seq\":0,\"count\":0,\"oldest_seq\":null,\"watermark_seq\":0}");
  }

  @Test
  void migratesAnEmptyDatabase() throws Exception {
    try (TestDatabase empty = TestDatabase.empty();
        TestApi fresh = new TestApi(empty.url())) {
      assertThat(fresh.get("/api/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answersAnUnknownPathWithAProblem() throws Exception {
    requireProblem(api.get("/nothing"), 404, "there is nothing at this path");
    requireProblem(api.get("/api/nothing", token), 404, "there is nothing at this path");
  }

  @Test
  void whatAnybodyMayAskForIsNotLogged() throws Exception {
    Logger everything = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> entries = new ListAppender<>();
    entries.start();
    everything.addAppender(entries);
    try {
      for (String path :
          List.of("/nothing", "/docs/swagger-ui/nothing.js", "/api/events?since=x", "/api/%20")) {
        assertThat(api.get(path, token).statusCode()).as(path).isBetween(400, 499);
        assertThat(api.send("POST", path).statusCode()).as(path).isBetween(400, 499);
      }
    } finally {
      everything.detachAppender(entries);
    }
    assertThat(
            List.copyOf(entries.list).stream()
                .filter(entry -> entry.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage))
        .isEmpty();
  }

  @Test
  void answersAWrongMethodWithAProblem() throws Exception {
    HttpResponse<byte[]> answer = api.send("POST", "/api/events?since=0");
    requireProblem(answer, 405, "this path does not take POST");
    assertThat(answer.headers().firstValue("allow")).get().asString().contains("GET");
  }

  @Test
  void answersHeadWithoutABodyAndOptionsWithTheMethods() throws Exception {
    HttpResponse<byte[]> head =
        api.send("HEAD", "/api/events?since=0", "Authorization", "Bearer " + token);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    HttpResponse<byte[]> options = api.send("OPTIONS", "/api/events");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("allow")).get().asString().contains("GET", "HEAD");
  }

  @Test
  void answersABrokenRequestLineWithAProblem() throws Exception {
    assertThat(raw("GET /api/events?since=<0> HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json")
        .contains("\"status\":400")
        .doesNotContain("<html");
  }

  @Test
  void refusesALargeRequestHeadWithAProblem() throws Exception {
    assertThat(
            raw(
                "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: "
                    + "x".repeat(40_000)
                    + "\r\n\r\n"))
        .startsWith("HTTP/1.1 4")
        .contains("application/problem+json");
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> variables = new HashMap<>(TestApi.variables(database.url()));
      variables.put("PORT", Integer.toString(taken.getLocalPort()));
      assertThatThrownBy(() -> ApiProcess.start(new Variables(variables)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("PORT is '" + taken.getLocalPort() + "'; expected a free port: ");
    }
  }

  @Test
  void namesTheAddressThatIsNotOfThisMachine() {
    Map<String, String> variables = new HashMap<>(TestApi.variables(database.url()));
    variables.put("SKYWIRE_BIND", "192.0.2.1");
    assertThatThrownBy(() -> ApiProcess.start(new Variables(variables)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("SKYWIRE_BIND is '192.0.2.1'; expected an address");
  }

  static void requireProblem(HttpResponse<byte[]> answer, int status, String detail) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    var problem = TestApi.json(answer);
    assertThat(problem.get("type").asString()).isEqualTo("about:blank");
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("title").asString()).isNotEmpty();
    assertThat(problem.get("detail").asString()).isEqualTo(detail);
    assertThat(problem.get("error").asString()).isEqualTo(detail);
  }

  private static String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
