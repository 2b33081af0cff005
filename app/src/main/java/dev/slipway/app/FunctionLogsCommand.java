package dev.slipway.app;

import dev.slipway.base.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what the replicas of a function wrote.
@Command(
    name = "logs",
    description = "Print what a function's replicas wrote.",
    mixinStandardHelpOptions = true)
final class FunctionLogsCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "Of the function.")
  private String name = "";

  @Override
  public Integer call() throws Exception {
    var client = options.connect(spec.commandLine().getErr());
    var pods = "/api/v1/namespaces/" + options.namespace() + "/pods";
    var found =
        client.get(
            pods + "?labelSelector=serving.knative.dev/service%3D" + name, "application/json");
    if (found.path("items").isEmpty()) {
      throw new UserException("function " + name + " has no replica now");
    }
    for (var each : found.path("items")) {
      var log = pods + "/" + Json.text(each, "metadata", "name") + "/log?container=user-container";
      try (var in = client.stream(log)) {
        in.transferTo(System.out);
      }
    }
    System.out.flush();
    return 0;
  }
}
