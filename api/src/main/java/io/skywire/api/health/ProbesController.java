package io.skywire.api.health;

import io.skywire.api.problems.ProblemAdvice;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * For an orchestrator, and anyone. Live while requests are answered at all, since that is what a
 * restart would cure, and a database that is away is not. Ready while events can be read.
 */
@RestController
public final class ProbesController {
  private final HealthProbe probe;

  public ProbesController(HealthProbe probe) {
    this.probe = probe;
  }

  @GetMapping("/health/live")
  ResponseEntity<String> live() {
    return text(ResponseEntity.ok(), "live\n");
  }

  @GetMapping("/health/ready")
  ResponseEntity<String> ready() {
    return probe.health().status() == Health.Status.DOWN
        ? text(
            ResponseEntity.status(503)
                .header(HttpHeaders.RETRY_AFTER, ProblemAdvice.RETRY_AFTER_SECONDS),
            "not ready\n")
        : text(ResponseEntity.ok(), "ready\n");
  }

  private static ResponseEntity<String> text(ResponseEntity.BodyBuilder answer, String body) {
    return answer.contentType(MediaType.TEXT_PLAIN).cacheControl(CacheControl.noStore()).body(body);
  }
}
