package dev.slipway.node.environment;

import java.nio.file.Path;
import java.util.List;

/// An interpreter of this machine.
///
/// @param executable as it calls itself; in a virtual environment the one of that
/// @param version `3.11.7`
/// @param search where it looks for packages
public record Python(Path executable, String version, List<Path> search) {
  public Python {
    search = List.copyOf(search);
  }

  /// What is installed now.
  public Packages packages() {
    return Packages.in(search);
  }

  /// `3.11`.
  public String minor() {
    var parts = version.split("\\.", -1);
    return parts.length < 2 ? version : parts[0] + "." + parts[1];
  }
}
