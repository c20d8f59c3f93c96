package io.skywire.standalone.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Compares this machine's clock with the relay's, which is another's: PostgreSQL's may be this
 * machine's own.
 */
final class RelayClock {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  /** Above what an answer may take, and the second that a date leaves out. */
  private static final Duration APART_MAX = Duration.ofSeconds(10);

  private RelayClock() {}

  /** Nothing where the relay does not say what time it is. */
  static Optional<Finding> compare(URI relay, InstantSource clock) throws InterruptedException {
    return date(relay)
        .map(theirs -> {
          Duration apart = Duration.between(clock.instant(), theirs).abs();
          return apart.compareTo(APART_MAX) > 0
              ? Finding.warning(
                  "clock",
                  "this machine's and the relay's are %d s apart, and days go by this machine's: run NTP here"
                      .formatted(apart.toSeconds()))
              : Finding.ok("clock", "this machine and the relay agree");
        });
  }

  /**
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.date">RFC 9110, Date</a>
   */
  private static Optional<Instant> date(URI relay) throws InterruptedException {
    String scheme = "wss".equals(relay.getScheme()) ? "https://" : "http://";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(scheme + relay.getRawAuthority() + "/"))
            .HEAD()
            .timeout(ANSWER_MAX)
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_MAX)
            .build()) {
      HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      return answer
          .headers()
          .firstValue("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (IOException | DateTimeException unknown) {
      return Optional.empty();
    }
  }
}
