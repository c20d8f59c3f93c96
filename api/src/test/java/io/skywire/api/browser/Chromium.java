package io.skywire.api.browser;

import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a window, and as much of the DevTools protocol as tests of a page need.
 *
 * @see <a href="https://chromedevtools.github.io/devtools-protocol/">Chrome DevTools Protocol</a>
 */
public final class Chromium implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

  private final Path folder;
  private final ChildProcess process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();

  private Chromium(Path folder, ChildProcess process, String address) {
    this.folder = folder;
    this.process = process;
    this.socket =
        client.newWebSocketBuilder().buildAsync(URI.create(address), new Receiver()).join();
  }

  /** Where it is installed, null when it is not. */
  public static @Nullable Path installed() {
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
        .map(place -> Path.of(place, "chromium"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  public static Chromium start(Path program) throws IOException, InterruptedException {
    Path folder = TemporaryFolder.create("skywire-chromium");
    Path log = folder.resolve("log");
    ChildProcess process =
        ChildProcess.start(
            new ChildCommand(
                "chromium",
                List.of(
                    program.toString(),
                    "--headless=new",
                    // Tests run as root in containers, where its own sandbox does not.
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--force-prefers-reduced-motion",
                    "--remote-debugging-port=0",
                    "--user-data-dir=" + folder.resolve("profile"),
                    "about:blank"),
                Map.of(),
                log));
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      Matcher listening = LISTENING.matcher(Files.exists(log) ? Files.readString(log) : "");
      if (listening.find()) {
        return new Chromium(folder, process, listening.group(1));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    String said = Files.readString(log);
    process.close();
    TemporaryFolder.delete(folder);
    throw new IllegalStateException("chromium does not start: " + said);
  }

  /** An empty page in a context of its own, without cookies. */
  public ChromiumPage open() {
    String context =
        send(null, "Target.createBrowserContext", Map.of()).path("browserContextId").asString();
    String target =
        send(null, "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
            .path("targetId")
            .asString();
    String session =
        send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asString();
    return new ChromiumPage(this, session, target);
  }

  /**
   * @param session of a page, null for the browser's own commands
   */
  JsonNode send(@Nullable String session, String method, Map<String, Object> parameters) {
    int id = ids.incrementAndGet();
    Map<String, Object> command = new java.util.HashMap<>();
    command.put("id", id);
    command.put("method", method);
    command.put("params", parameters);
    if (session != null) {
      command.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(JSON.writeValueAsString(command), true).join();
    JsonNode answered = answer.orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new IllegalStateException(method + ": " + answered.path("error"));
    }
    return answered.path("result");
  }

  /** Of every event, on the socket's thread. */
  void listen(Consumer<JsonNode> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    List<ProcessHandle> children =
        ProcessHandle.of(process.pid())
            .map(browser -> browser.descendants().toList())
            .orElse(List.of());
    process.close();
    // They go on writing into the folder for a moment.
    for (ProcessHandle child : children) {
      child.destroyForcibly();
      child.onExit().orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
    }
    TemporaryFolder.delete(folder);
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        JsonNode message = JSON.readTree(text.toString());
        text.setLength(0);
        CompletableFuture<JsonNode> answer =
            message.has("id") ? waiting.remove(message.path("id").asInt()) : null;
        if (answer == null) {
          listeners.forEach(listener -> listener.accept(message));
        } else {
          answer.complete(message);
        }
      }
      from.request(1);
      return null;
    }
  }
}
