package io.skywire.ingester.relay;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says in words why there is no session. Pure. Of what the relay sent, only a status number, a
 * redirect's target and a close reason are quoted, bounded and printable; never a body.
 */
final class HandshakeRefusal {
  private static final int QUOTED_MAX = 123;
  private static final int SECONDS_DIGITS_MAX = 9;

  private HandshakeRefusal() {}

  static RelayDisconnectedException ofResponse(
      String relay, HttpResponse response, InstantSource clock) {
    if (response.decoderResult().isFailure()) {
      return new RelayDisconnectedException(relay + " answered, but not in HTTP");
    }
    int status = response.status().code();
    StringBuilder words = new StringBuilder(relay).append(" answered ");
    // The reason phrase of the RFC, not the relay's own.
    words.append(status).append(' ').append(HttpResponseStatus.valueOf(status).reasonPhrase());
    String location = response.headers().get(HttpHeaderNames.LOCATION);
    if (status >= 300 && status < 400 && location != null) {
      words.append(", pointing to ").append(quoted(location)).append("; not followed");
    }
    Duration retryAfter =
        retryAfter(response.headers().get(HttpHeaderNames.RETRY_AFTER), clock.instant());
    if (retryAfter != null) {
      words.append(", retry after ").append(retryAfter.toSeconds()).append(" s");
    }
    if (!mayMendItself(status)) {
      words.append("; that will hardly mend itself: is RELAY_URL a relay or PDS?");
    }
    return new RelayDisconnectedException(words.toString(), retryAfter, null);
  }

  /**
   * The others are asked again all the same, at the pace of the backoff, also after 501, for which
   * the protocol asks for no retry: the ingester must outlive a proxy's mistake.
   */
  private static boolean mayMendItself(int status) {
    return switch (status) {
      // Timeout, too early, too many requests.
      case 408, 425, 429 -> true;
      default -> status >= 500 && status != 501;
    };
  }

  /** Seconds or an HTTP date; null when absent or neither. */
  static @Nullable Duration retryAfter(@Nullable String value, Instant now) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return text.length() > SECONDS_DIGITS_MAX
          ? Duration.ofSeconds(Integer.MAX_VALUE)
          : Duration.ofSeconds(Integer.parseInt(text));
    }
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
      return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
    } catch (DateTimeException notADate) {
      return null;
    }
  }

  static RelayDisconnectedException ofFailure(String relay, Throwable failure) {
    return new RelayDisconnectedException(relay + ": " + words(failure), null, failure);
  }

  private static String words(Throwable failure) {
    return switch (rootOf(failure)) {
      case UnknownHostException unknown -> "unknown host";
      case ConnectTimeoutException timeout -> "no TCP connection in time";
      case NoRouteToHostException noRoute -> "no route to host";
      case ConnectException refused when mentions(refused, "refused") -> "connection refused";
      case SSLException tls -> "TLS failed: " + quoted(String.valueOf(tls.getMessage()));
      case GeneralSecurityException untrusted ->
          "TLS failed: " + quoted(String.valueOf(untrusted.getMessage()));
      case Throwable other -> quoted(String.valueOf(other.getMessage()));
    };
  }

  private static boolean mentions(Throwable failure, String word) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(word);
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    // Netty wraps what the JDK threw, at most a few levels deep.
    for (int depth = 0; depth < 8 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }

  /** Printable ASCII only, and bounded: fit for a log line and a terminal. */
  static String quoted(String text) {
    String bounded = text.length() > QUOTED_MAX ? text.substring(0, QUOTED_MAX) + "..." : text;
    return bounded.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
