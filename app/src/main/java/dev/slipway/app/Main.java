package dev.slipway.app;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `slipway` command.
@Command(
    name = "slipway",
    description = "A whole Kubernetes-native AI platform in one program.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      ServeCommand.class,
      StatusCommand.class,
      KubeconfigCommand.class,
      DownCommand.class,
      ApplyCommand.class,
      GetCommand.class,
      DeleteCommand.class,
      LogsCommand.class,
      LineageCommand.class,
      EnvCommand.class,
      FunctionCommand.class,
      GcCommand.class,
      TuneCommand.class,
      OperatorCommand.class,
      VersionCommand.class,
      RehearseCommand.class,
      AutoComplete.GenerateCompletion.class,
    },
    footer = {
      "",
      "See it work: slipway demo",
      "Start here:  slipway up",
      "Then:        export KUBECONFIG=$(slipway kubeconfig); kubectl get namespaces",
      "Completion:  source <(slipway generate-completion)",
    })
public final class Main {
  /// When this process began to be ours, in [System#nanoTime] ticks.
  static final long STARTED = System.nanoTime();

  private Main() {}

  /// Exit codes: 0 done, 1 refused or failed, 2 misused.
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (failure, line, _) -> {
              line.getErr().println("slipway: " + Failures.sentence(failure));
              return 1;
            });
  }
}
