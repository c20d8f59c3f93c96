package io.skywire.api.docs;

import java.io.IOException;
import java.time.Duration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /openapi.json} and {@code /docs}, a page to try it. */
@RestController
public final class DocsController {
  /** Where Swagger UI's files are on the class path; its version is the dependency's. */
  public static final String SWAGGER_UI =
      "classpath:/META-INF/resources/webjars/swagger-ui/5.34.1/";

  /** Where they are served. */
  public static final String SWAGGER_UI_PATH = "/docs/swagger-ui/";

  private static final CacheControl KEPT = CacheControl.maxAge(Duration.ofMinutes(5));

  @GetMapping("/openapi.json")
  ResponseEntity<byte[]> description() throws IOException {
    return answer("docs/openapi.json", MediaType.APPLICATION_JSON);
  }

  @GetMapping("/docs")
  ResponseEntity<byte[]> page() throws IOException {
    return answer("docs/index.html", MediaType.TEXT_HTML);
  }

  private static ResponseEntity<byte[]> answer(String resource, MediaType type) throws IOException {
    return ResponseEntity.ok()
        .contentType(type)
        .cacheControl(KEPT)
        .body(new ClassPathResource(resource).getContentAsByteArray());
  }
}
