package io.skywire.api.health;

import io.skywire.api.problems.ProblemAdvice;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/health}, for anyone: 200 while events can be read, else 503. */
@RestController
public final class HealthController {
  private final HealthProbe probe;

  public HealthController(HealthProbe probe) {
    this.probe = probe;
  }

  @GetMapping("/api/health")
  ResponseEntity<byte[]> health() {
    Health health = probe.health();
    ResponseEntity.BodyBuilder answer =
        switch (health.status()) {
          case OK, DEGRADED -> ResponseEntity.ok();
          case DOWN ->
              ResponseEntity.status(503)
                  .header(HttpHeaders.RETRY_AFTER, ProblemAdvice.RETRY_AFTER_SECONDS);
        };
    return answer
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .body(health.toJson());
  }
}
