package dev.slipway.app;

import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what a container wrote.
@Command(
    name = "logs",
    description = "Print the log of a pod's container.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "POD", description = "Name of the pod.")
  private String pod = "";

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "Which container, where the pod has several.")
  private String container = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Keep printing as it is written.")
  private boolean follow;

  @Option(
      names = {"-p", "--previous"},
      description = "The log before the last restart.")
  private boolean previous;

  @Override
  public Integer call() throws Exception {
    KubeClient client = options.connect(spec.commandLine().getErr());
    String path =
        "/api/v1/namespaces/"
            + options.namespace()
            + "/pods/"
            + pod
            + "/log?follow="
            + follow
            + "&previous="
            + previous
            + (container.isEmpty() ? "" : "&container=" + container);
    try (InputStream log = client.stream(path)) {
      log.transferTo(System.out);
    }
    System.out.flush();
    return 0;
  }
}
