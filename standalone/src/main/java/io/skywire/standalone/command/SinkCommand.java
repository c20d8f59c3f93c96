package io.skywire.standalone.command;

import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.settings.Variables;
import io.skywire.sink.SinkProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the sink alone, as the environment says, until a signal. */
@Command(
    name = "sink",
    description = "Kafka to PostgreSQL, one process, against external servers, until a signal.")
public final class SinkCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Logs.toOutput("sink");
    return Foreground.run(() -> SinkProcess.start(Variables.ofEnvironment()));
  }
}
