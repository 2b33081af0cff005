package dev.slipway.node.process;

import java.nio.file.Path;
import java.util.Map;

/// How containers run as processes.
///
/// @param data marks of running processes are kept below `processes` in it
/// @param environment of every container, before what its pod says
public record ProcessSettings(Path data, Map<String, String> environment) {
  public ProcessSettings {
    data = data.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
  }

  /// `PATH` and the language as this program has them.
  public static ProcessSettings at(Path data) {
    return new ProcessSettings(data, Map.of());
  }

  public ProcessSettings with(Map<String, String> more) {
    return new ProcessSettings(data, more);
  }
}
