package dev.slipway.app;

import dev.slipway.base.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Deletes a function, and its files.
@Command(
    name = "delete",
    description = "Delete a function and its files.",
    mixinStandardHelpOptions = true)
final class FunctionDeleteCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "Of the function.")
  private String name = "";

  @Override
  public Integer call() throws Exception {
    var client = options.connect(spec.commandLine().getErr());
    client.delete(FunctionCommand.services(options.namespace()) + "/" + name);
    var maps = FunctionCommand.configMaps(options.namespace());
    var found = client.get(FunctionCommand.labelled(maps, name), "application/json");
    for (var each : found.path("items")) {
      client.delete(maps + "/" + Json.text(each, "metadata", "name"));
    }
    spec.commandLine().getOut().println("function " + name + " deleted");
    spec.commandLine().getOut().flush();
    return 0;
  }
}
