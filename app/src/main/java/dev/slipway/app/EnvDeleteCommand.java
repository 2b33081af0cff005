package dev.slipway.app;

import dev.slipway.node.environment.EnvironmentSettings;
import dev.slipway.node.environment.Environments;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Deletes environments that were made here.
@Command(
    name = "delete",
    description = "Delete environments that were made here.",
    mixinStandardHelpOptions = true)
final class EnvDeleteCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "See: slipway env list.")
  private List<String> names = List.of();

  @Override
  public Integer call() throws Exception {
    var environments = new Environments(EnvironmentSettings.at(data.directory()));
    int failed = 0;
    for (var each : names) {
      if (environments.delete(each)) {
        spec.commandLine().getOut().println("environment " + each + " deleted");
      } else {
        failed++;
        var err = spec.commandLine().getErr();
        err.println("slipway: no environment " + each + " was made here; see: slipway env list");
      }
    }
    spec.commandLine().getOut().flush();
    return failed == 0 ? 0 : 1;
  }
}
