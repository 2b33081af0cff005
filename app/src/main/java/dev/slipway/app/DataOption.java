package dev.slipway.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Where a Slipway keeps everything: shared by all commands.
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ~/.slipway, or $SLIPWAY_DATA).")
  private String given = "";

  Path directory() {
    if (!given.isEmpty()) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    String named = System.getenv().getOrDefault("SLIPWAY_DATA", "");
    Path chosen =
        named.isEmpty() ? Path.of(System.getProperty("user.home"), ".slipway") : Path.of(named);
    return chosen.toAbsolutePath().normalize();
  }

  Path kubeconfig() {
    return directory().resolve("kubeconfig");
  }
}
