package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The servers with the topic that sinks read from, and what is in it. One thread. */
final class FilledTopic implements Shared.Part {
  private static final int EVENTS = 600_000;
  private static final int EVENTS_QUICK = 5_000;

  private final Servers servers;
  private final EventsTopic topic;
  private final List<PlainRow> rows;

  private FilledTopic(Servers servers, EventsTopic topic, List<PlainRow> rows) {
    this.servers = servers;
    this.topic = topic;
    this.rows = rows;
  }

  static Shared.Lease<FilledTopic> lease(Workbench workbench)
      throws IOException, InterruptedException {
    return workbench.shared().lease(FilledTopic.class, "topic of events", () -> fill(workbench));
  }

  private static FilledTopic fill(Workbench workbench) throws IOException, InterruptedException {
    Servers servers = Servers.start(workbench);
    try {
      List<PlainRow> rows = new ArrayList<>();
      EventsTopic topic =
          EventsTopic.write(workbench, servers, workbench.size(EVENTS, EVENTS_QUICK), rows);
      return new FilledTopic(servers, topic, rows);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      servers.close();
      throw failed;
    }
  }

  Servers servers() {
    return servers;
  }

  EventsTopic topic() {
    return topic;
  }

  /** The events, ascending by seq; whoever has them alone may clear them. */
  List<PlainRow> rows() {
    return rows;
  }

  @Override
  public void close() {
    servers.close();
  }
}
