package io.skywire.api;

import io.skywire.api.connections.ClientPatience;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running api on a free port, and a client of it. */
public final class TestApi implements AutoCloseable {
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final JsonMapper JSON = new JsonMapper();

  private final ApiProcess process;
  private final HttpClient client = HttpClient.newHttpClient();

  public TestApi(DatabaseUrl url) {
    this(variables(url));
  }

  public TestApi(Map<String, String> variables) {
    this(variables, ClientPatience.defaults());
  }

  public TestApi(Map<String, String> variables, ClientPatience patience) {
    Variables read = new Variables(variables);
    this.process = ApiProcess.start(ApiSettings.from(read).with(patience), read);
  }

  public static Map<String, String> variables(DatabaseUrl url) {
    return Map.of(
        "PORT",
        "0",
        "SKYWIRE_BIND",
        "127.0.0.1",
        "DATABASE_URL",
        url.toUrl(),
        "SECRET_KEY_BASE",
        SECRET);
  }

  public static String token(DataSource database) throws SQLException {
    return new TokenStore(database, SECRET).create("test");
  }

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  public int port() {
    return process.port();
  }

  public HttpResponse<byte[]> get(String path, String token)
      throws IOException, InterruptedException {
    return send("GET", path, "Authorization", "Bearer " + token);
  }

  public HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  public HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    // First, so that it has to end with readers there.
    process.close();
    client.close();
  }
}
