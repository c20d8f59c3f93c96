package io.skywire.standalone.chaos;

import io.skywire.standalone.chaos.Victim.Role;

/** A place in the way of an event at which a process can be met by what it sends. */
enum Place {
  SEND("events on their way to the topic", Role.INGESTER, "kafka", "Produce"),
  COMMIT("commit of events and cursor", Role.INGESTER, "kafka", "EndTxn"),
  PROGRESS("progress moved on, rows not copied", Role.SINK, "database", "update sink_progress"),
  COPY("rows copied, not committed", Role.SINK, "database", "CopyDone"),
  STORE("commit of rows and progress", Role.SINK, "database", "COMMIT after CopyDone"),
  FETCH("events on their way to the sink", Role.SINK, "kafka", "Fetch");

  private final String words;
  private final Role role;
  private final String server;
  private final String request;

  Place(String words, Role role, String server, String request) {
    this.words = words;
    this.role = role;
    this.server = server;
    this.request = request;
  }

  String words() {
    return words;
  }

  /** Of those who pass here. */
  Role role() {
    return role;
  }

  /** On the line to which they are met. */
  String server() {
    return server;
  }

  boolean isAt(String name) {
    return name.startsWith(request);
  }
}
