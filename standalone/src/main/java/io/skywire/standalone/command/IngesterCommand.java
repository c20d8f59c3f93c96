package io.skywire.standalone.command;

import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.IngesterProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the ingester alone, as the environment says, until a signal. */
@Command(
    name = "ingester",
    description = "Relay to Kafka, one process, against external servers, until a signal.")
public final class IngesterCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Logs.toOutput("ingester");
    return Foreground.run(() -> IngesterProcess.start(Variables.ofEnvironment()));
  }
}
