package dev.slipway.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which API a client command speaks to, and in which namespace.
final class ClientOptions {
  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Another API than the one of the data directory.")
  private String kubeconfig = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace (default: ${DEFAULT-VALUE}).",
      defaultValue = "default")
  private String namespace = "default";

  String namespace() {
    return namespace;
  }

  Path directory() {
    return data.directory();
  }

  KubeClient connect(PrintWriter err) throws IOException {
    Path file = kubeconfig.isEmpty() ? data.kubeconfig() : Path.of(kubeconfig);
    return KubeClient.of(file, warning -> err.println("Warning: " + warning));
  }
}
