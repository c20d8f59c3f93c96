package io.skywire.api.metrics;

import io.skywire.common.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /metrics}, as Prometheus reads them, of all processes in this JVM; for anyone. */
@RestController
public final class MetricsController {
  private final Metrics metrics;

  public MetricsController(Metrics metrics) {
    this.metrics = metrics;
  }

  @GetMapping("/metrics")
  ResponseEntity<byte[]> metrics() {
    return ResponseEntity.ok()
        .header(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE)
        .cacheControl(CacheControl.noStore())
        .body(metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
