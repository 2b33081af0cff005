package dev.slipway.node.process;

import java.nio.file.Path;
import java.util.Map;

/// How containers run as processes.
///
/// @param data marks of running processes are kept below `processes` in it
/// @param environment of every container, before what its pod says
/// @param isolation how far they are kept apart
/// @param addresses of pods that have a network of their own; a part of it is used
public record ProcessSettings(
    Path data, Map<String, String> environment, Isolation isolation, String addresses) {
  private static final String ADDRESSES = "10.244.0.0/16";

  public ProcessSettings {
    data = data.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
  }

  /// `PATH` and the language as this program has them, kept apart as far as can be.
  public static ProcessSettings at(Path data) {
    return new ProcessSettings(data, Map.of(), Isolation.AUTO, ADDRESSES);
  }

  public ProcessSettings with(Map<String, String> more) {
    return new ProcessSettings(data, more, isolation, addresses);
  }

  public ProcessSettings with(Isolation wanted) {
    return new ProcessSettings(data, environment, wanted, addresses);
  }

  /// @param range as `10.244.0.0/16`
  public ProcessSettings withAddresses(String range) {
    return new ProcessSettings(data, environment, isolation, range);
  }
}
