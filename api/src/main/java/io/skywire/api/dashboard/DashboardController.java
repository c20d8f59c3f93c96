package io.skywire.api.dashboard;

import io.skywire.api.connections.SlowClients;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /dashboard}: the page for who has signed in, the form to sign in for everybody else. Not
 * part of the API: what is under this path follows the page.
 */
@RestController
public final class DashboardController {
  /** Where the page's own files are on the class path. */
  public static final String FILES = "classpath:/dashboard/files/";

  /** Where they are served. */
  public static final String FILES_PATH = "/dashboard/files/";

  /** Where uPlot's files are on the class path; its version is the dependency's. */
  public static final String UPLOT = "classpath:/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** Where they are served. */
  public static final String UPLOT_PATH = "/dashboard/uplot/";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String PAGE = "/dashboard";
  private static final String MESSAGE = "<!-- message -->";
  private static final String TOKEN = "token";
  private static final int FORM_BYTES_MAX = 4_096;

  /** Whoever sends a form has typed it before. */
  private static final Duration FORM_MAX = Duration.ofSeconds(10);

  private final SessionCheck sessions;
  private final SignIn signIn;
  private final SlowClients clients;

  public DashboardController(Dashboard dashboard, SlowClients clients) {
    this.clients = clients;
    this.sessions = dashboard.sessions();
    this.signIn = dashboard.signIn();
  }

  @GetMapping(PAGE)
  ResponseEntity<byte[]> page(HttpServletRequest request) throws IOException {
    return switch (sessions.visitor(request)) {
      case Visitor.SignedIn visitor ->
          html(HttpStatus.OK, sessions.renew(visitor, request), resource("index.html"));
      case Visitor.OutOfScope visitor -> form(HttpStatus.FORBIDDEN, visitor.words());
      case Visitor.SignedOut visitor -> form(HttpStatus.OK, visitor.words());
    };
  }

  @GetMapping(PAGE + "/")
  ResponseEntity<byte[]> pageWithSlash() {
    return toPage(null);
  }

  /** For the page, which cannot see its cookie: {@code {"signed_in":false,"words":"…"}}. */
  @GetMapping(PAGE + "/session")
  ResponseEntity<byte[]> session(HttpServletRequest request) {
    Map<String, Object> answer =
        switch (sessions.visitor(request)) {
          case Visitor.SignedIn _ -> Map.of("signed_in", true, "words", "");
          case Visitor.OutOfScope visitor -> Map.of("signed_in", false, "words", visitor.words());
          case Visitor.SignedOut visitor -> Map.of("signed_in", false, "words", visitor.words());
        };
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .body(JSON.writeValueAsBytes(answer));
  }

  @PostMapping(PAGE + "/sign-in")
  ResponseEntity<byte[]> signIn(HttpServletRequest request) throws IOException {
    if (!SameOrigin.holds(request)) {
      return form(HttpStatus.FORBIDDEN, "That form was on another page. Sign in here.");
    }
    String token = formToken(request);
    if (token == null) {
      return form(HttpStatus.BAD_REQUEST, "A form with a token is needed.");
    }
    byte[] address = InetAddress.getByName(request.getRemoteAddr()).getAddress();
    return switch (signIn.with(token, address)) {
      case SignIn.Answer.Welcome welcome ->
          toPage(sessions.cookie(sessions.begin(welcome.token()), request));
      case SignIn.Answer.Refused refused ->
          form(HttpStatus.valueOf(refused.status()), refused.words());
    };
  }

  @PostMapping(PAGE + "/sign-out")
  ResponseEntity<byte[]> signOut(HttpServletRequest request) throws IOException {
    if (!SameOrigin.holds(request)) {
      return form(HttpStatus.FORBIDDEN, "That form was on another page. Nobody was signed out.");
    }
    sessions.end(request);
    return toPage(sessions.remove(request));
  }

  /** Of the body alone: in the address it would be in the logs of proxies. */
  private @Nullable String formToken(HttpServletRequest request) throws IOException {
    String type = request.getContentType();
    if (request.getQueryString() != null
        || type == null
        || !type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)
        || request.getContentLengthLong() < 0
        || request.getContentLengthLong() > FORM_BYTES_MAX) {
      return null;
    }
    // Whoever is the first to ask for parameters has the body read.
    clients.within(FORM_MAX, request::getParameterMap);
    String token = request.getParameter(TOKEN);
    return token == null || token.isBlank() ? null : token.strip();
  }

  /**
   * @param words ours, which need no escaping; empty for none
   */
  private static ResponseEntity<byte[]> form(HttpStatus status, String words) throws IOException {
    String page = resource("sign-in.html");
    String message = words.isEmpty() ? "" : "<p id=\"message\" role=\"alert\">" + words + "</p>";
    return html(status, null, page.replace(MESSAGE, message));
  }

  private static ResponseEntity<byte[]> html(
      HttpStatus status, @Nullable String cookie, String page) {
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
    if (cookie != null) {
      answer.header(HttpHeaders.SET_COOKIE, cookie);
    }
    if (status == HttpStatus.TOO_MANY_REQUESTS) {
      answer.header(HttpHeaders.RETRY_AFTER, Long.toString(SignInFailures.WINDOW.toSeconds()));
    }
    return answer
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .cacheControl(CacheControl.noStore())
        .body(page.getBytes(StandardCharsets.UTF_8));
  }

  private static ResponseEntity<byte[]> toPage(@Nullable String cookie) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(HttpStatus.SEE_OTHER)
            .header(HttpHeaders.LOCATION, PAGE)
            .cacheControl(CacheControl.noStore());
    if (cookie != null) {
      answer.header(HttpHeaders.SET_COOKIE, cookie);
    }
    return answer.build();
  }

  private static String resource(String name) throws IOException {
    return new ClassPathResource("dashboard/" + name).getContentAsString(StandardCharsets.UTF_8);
  }
}
