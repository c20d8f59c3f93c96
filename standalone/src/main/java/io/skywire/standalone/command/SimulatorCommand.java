package io.skywire.standalone.command;

import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.up.DemoRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The relay of {@code up --demo} as a process of its own, for deployments to be tried with. */
@Command(
    name = "simulator",
    description = {
      "A simulated relay on PORT (2583), until a signal. It goes on where it was;",
      "its events are kept in the data folder."
    })
public final class SimulatorCommand implements Callable<Integer> {
  private static final int PORT = 2_583;

  @Spec private CommandSpec spec;

  @Mixin private DemoOptions options = new DemoOptions();

  @Override
  public Integer call() throws IOException {
    DemoRelay demo = options.relay();
    Logs.toOutput("simulator");
    Variables environment = Variables.ofEnvironment();
    InetAddress address = environment.address("SKYWIRE_BIND", "0.0.0.0");
    int port = environment.count("PORT", PORT, 0, 65_535);
    DataFolder folder = DataFolder.of(environment);
    folder.claim();
    RelaySimulator relay = start(demo, folder, address, port);
    spec.commandLine().getOut().println("a simulated relay is at " + relay.uri());
    return Foreground.run(() -> new Running(relay));
  }

  private static RelaySimulator start(
      DemoRelay demo, DataFolder folder, InetAddress address, int port) throws IOException {
    try {
      return demo.start(folder.relay(), address, port);
    } catch (IllegalStateException taken) {
      throw new CommandFailedException("the simulator cannot start: " + taken.getMessage(), taken);
    }
  }

  /** Never ends by itself. */
  private record Running(RelaySimulator relay) implements RunningProcess {
    @Override
    public CompletionStage<Void> done() {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {
      relay.close();
    }
  }
}
