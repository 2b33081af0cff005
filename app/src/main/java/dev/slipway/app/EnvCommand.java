package dev.slipway.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What stands for images on this machine.
@Command(
    name = "env",
    description = "List, make and delete the environments that stand for images here.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {EnvCreateCommand.class, EnvListCommand.class, EnvDeleteCommand.class})
final class EnvCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: one of create, list, delete");
  }
}
