package dev.slipway.app;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints the path of the kubeconfig, alone on its line.
@Command(
    name = "kubeconfig",
    description = "Print the path of the kubeconfig that 'up' wrote.",
    mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (!Files.isReadable(data.kubeconfig())) {
      throw new UserException(
          "no kubeconfig in " + data.directory() + "; start Slipway once with: slipway up");
    }
    spec.commandLine().getOut().println(data.kubeconfig());
    return 0;
  }
}
