package dev.slipway.node.process;

import java.nio.file.Path;
import java.util.Map;

/// How containers run as processes.
///
/// @param data marks of running processes are kept below `processes` in it
/// @param environment of every container, before what its pod says
/// @param isolation how far they are kept apart
public record ProcessSettings(Path data, Map<String, String> environment, Isolation isolation) {
  public ProcessSettings {
    data = data.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
  }

  /// `PATH` and the language as this program has them, kept apart as far as can be.
  public static ProcessSettings at(Path data) {
    return new ProcessSettings(data, Map.of(), Isolation.AUTO);
  }

  public ProcessSettings with(Map<String, String> more) {
    return new ProcessSettings(data, more, isolation);
  }

  public ProcessSettings with(Isolation wanted) {
    return new ProcessSettings(data, environment, wanted);
  }
}
