package dev.slipway.app;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Ends the Slipway of a data directory.
@Command(
    name = "down",
    description = "Stop the running Slipway; what it keeps stays.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    RunFile running =
        RunFile.read(data.directory())
            .orElseThrow(() -> new UserException("no Slipway is running in " + data.directory()));
    ProcessHandle process =
        ProcessHandle.of(running.pid())
            .orElseThrow(() -> new UserException("process " + running.pid() + " is gone already"));
    process.destroy();
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      throw new UserException(
          "process " + running.pid() + " did not end within " + PATIENCE.toSeconds() + " s");
    }
    spec.commandLine().getOut().println("Slipway stopped (process " + running.pid() + ").");
    return 0;
  }
}
