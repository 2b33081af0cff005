package dev.slipway.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Functions: handlers of Python or Java behind HTTP.
@Command(
    name = "function",
    description = "Deploy, list and delete functions: predict(event, context) behind HTTP.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      FunctionDeployCommand.class,
      FunctionListCommand.class,
      FunctionLogsCommand.class,
      FunctionDeleteCommand.class
    })
final class FunctionCommand implements Runnable {
  /// On everything that belongs to a function; its value is the function's name.
  static final String LABEL = "slipway.dev/function";

  @Spec private CommandSpec spec = CommandSpec.create();

  static String services(String namespace) {
    return "/apis/serving.knative.dev/v1/namespaces/" + namespace + "/services";
  }

  static String configMaps(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  static String labelled(String path, String name) {
    return path + "?labelSelector=" + LABEL + (name.isEmpty() ? "" : "%3D" + name);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: one of deploy, list, logs, delete");
  }
}
