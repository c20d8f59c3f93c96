package io.skywire.api.dashboard;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.springframework.http.HttpHeaders;

/**
 * Whether a request that changes something comes from our own page. Browsers say where a request
 * comes from, in {@code Sec-Fetch-Site} over TLS and to localhost, in {@code Origin} on every
 * {@code POST}, and no page can change what they say. What says nothing is no browser, and has no
 * cookie that it did not mean to send.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
final class SameOrigin {
  private SameOrigin() {}

  static boolean holds(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return true;
    }
    try {
      String authority = URI.create(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST));
    } catch (IllegalArgumentException opaque) {
      return false;
    }
  }
}
