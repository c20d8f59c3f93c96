package io.skywire.api.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A page in {@link Chromium}: goes where it is told, runs scripts, is looked at. */
public final class ChromiumPage implements AutoCloseable {
  private static final Duration SIGN_MAX = Duration.ofSeconds(40);

  private final Chromium chromium;
  private final String session;
  private final String target;
  private final List<String> errors = new CopyOnWriteArrayList<>();

  ChromiumPage(Chromium chromium, String session, String target) {
    this.chromium = chromium;
    this.session = session;
    this.target = target;
    chromium.listen(this::note);
    for (String domain : List.of("Page", "Runtime", "Log")) {
      send(domain + ".enable", Map.of());
    }
  }

  /**
   * @param width in CSS pixels
   */
  public void resize(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    send("Emulation.setScrollbarsHidden", Map.of("hidden", true));
  }

  public void prefer(String scheme) {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public void go(String url) {
    send("Page.navigate", Map.of("url", url));
  }

  /** What a script's last expression is. */
  public JsonNode run(String script) {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
    assertThat(answer.has("exceptionDetails")).as(script + ": " + answer).isFalse();
    return answer.path("result").path("value");
  }

  /** Waits until an expression is true. */
  public void await(String expression) throws InterruptedException {
    long deadline = System.nanoTime() + SIGN_MAX.toNanos();
    while (!run("Boolean(" + expression + ")").asBoolean()) {
      assertThat(System.nanoTime())
          .as("%s; the page: %s", expression, run("document.body?.innerText"))
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  public void press(String key, int code) {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
    }
  }

  /** The whole page, to its end, as a PNG. */
  public void screenshot(Path file) throws IOException {
    JsonNode size = send("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    JsonNode picture =
        send(
            "Page.captureScreenshot",
            Map.of(
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x", 0,
                    "y", 0,
                    "width", size.path("width").asInt(),
                    "height", size.path("height").asInt(),
                    "scale", 1)));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(picture.path("data").asString()));
  }

  /** What the console has as errors: of scripts, of the network, of the policy. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  private JsonNode send(String method, Map<String, Object> parameters) {
    return chromium.send(session, method, parameters);
  }

  private void note(JsonNode message) {
    if (!message.path("sessionId").asString("").equals(session)) {
      return;
    }
    JsonNode parameters = message.path("params");
    switch (message.path("method").asString("")) {
      case "Log.entryAdded" -> {
        JsonNode entry = parameters.path("entry");
        if (entry.path("level").asString("").equals("error")) {
          errors.add(entry.path("text").asString("") + " " + entry.path("url").asString(""));
        }
      }
      case "Runtime.exceptionThrown" -> errors.add(parameters.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (parameters.path("type").asString("").equals("error")) {
          errors.add(parameters.path("args").toString());
        }
      }
      default -> {}
    }
  }

  @Override
  public void close() {
    chromium.send(null, "Target.closeTarget", Map.of("targetId", target));
  }
}
