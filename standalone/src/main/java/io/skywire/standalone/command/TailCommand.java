package io.skywire.standalone.command;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The API's stream on a terminal, or in a pipe. */
@Command(
    name = "tail",
    description = {
      "Prints events as they come, one a line, until it is stopped.",
      "Of a running `up`, or of the API at SKYWIRE_URL, with the token SKYWIRE_TOKEN. What was",
      "lost goes to standard error."
    })
public final class TailCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--since",
      paramLabel = "SEQ",
      description = "what came after it first, 0 for all there is; otherwise from now on")
  private @Nullable Long since;

  @Option(names = "--event-type", paramLabel = "TYPE", description = "only these")
  private @Nullable String type;

  @Option(
      names = "--collection",
      paramLabel = "NSID",
      description = "likewise; app.bsky.feed.* too")
  private @Nullable String collection;

  @Option(names = "--repo", paramLabel = "DID", description = "likewise")
  private @Nullable String repo;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.quiet();
    Map<String, @Nullable String> query = new LinkedHashMap<>();
    query.put("event_type", type);
    query.put("collection", collection);
    query.put("repo", repo);
    String filters =
        query.entrySet().stream()
            .filter(filter -> filter.getValue() != null)
            .map(filter -> "&" + filter.getKey() + "=" + encoded(filter.getValue()))
            .collect(Collectors.joining());
    try (EventStream stream = open(filters)) {
      stream.print(since);
      return 1;
    }
  }

  /** Of the environment, which may name any API, before a running {@code up}. */
  private EventStream open(String filters) throws IOException {
    Variables environment = Variables.ofEnvironment();
    String url = environment.find("SKYWIRE_URL");
    String token = environment.find("SKYWIRE_TOKEN");
    if (url == null) {
      DataFolder folder = DataFolder.of(environment);
      Variables running = RunningUp.orEnvironment(environment, "SKYWIRE_URL");
      url = "http://localhost:" + running.required("PORT", "the API's port");
      token = token == null ? folder.token() : token;
    }
    if (token == null) {
      throw new InvalidSettingException("SKYWIRE_TOKEN is not set; expected a token of " + url);
    }
    return new EventStream(stream(url), filters, token, out(), err());
  }

  private static URI stream(String url) {
    try {
      return new URI(url.replaceFirst("/+$", "") + "/api/stream");
    } catch (URISyntaxException wrong) {
      throw new InvalidSettingException(
          "SKYWIRE_URL", url, "the API's address, such as http://localhost:4000", wrong);
    }
  }

  private static String encoded(@Nullable String text) {
    return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
