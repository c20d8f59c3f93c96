package io.skywire.standalone.command;

import io.skywire.api.ApiProcess;
import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.settings.Variables;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the api alone, as the environment says, until a signal. */
@Command(
    name = "api",
    description = "PostgreSQL to HTTP, one process, against external servers, until a signal.")
public final class ApiCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Logs.toOutput("api");
    return Foreground.run(() -> ApiProcess.start(Variables.ofEnvironment()));
  }
}
