package io.skywire.api.problems;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as the client sees it: an RFC 9457 problem that also carries its detail as {@code
 * error}. The detail is written for the client; it never holds a stack trace, SQL or a secret.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record Problem(int status, String detail) {
  /** Its media type. */
  public static final String MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON_VALUE;

  private static final JsonMapper JSON = new JsonMapper();

  /** Its title: the status in words. */
  public String title() {
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }

  public byte[] toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "about:blank");
    members.put("title", title());
    members.put("status", status);
    members.put("detail", detail);
    members.put("error", detail);
    return JSON.writeValueAsBytes(members);
  }

  /** The answer, whatever the client accepts. */
  public ResponseEntity<Object> toResponse(HttpHeaders headers) {
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .body(toJson());
  }
}
