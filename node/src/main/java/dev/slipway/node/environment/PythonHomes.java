package dev.slipway.node.environment;

import java.nio.file.Path;
import java.util.Optional;

/// Finds the Python that an environment has now: a virtual environment of the user's, one made
/// here, or the machine's own where that has the packages. Thread-safe.
final class PythonHomes {
  private final EnvironmentSettings settings;
  private final Pythons pythons;
  private final Environments environments;

  PythonHomes(EnvironmentSettings settings) {
    this.settings = settings;
    this.pythons = new Pythons(settings.search());
    this.environments = new Environments(settings);
  }

  sealed interface Found {
    /// @param home of a virtual environment; empty for the machine's own Python
    record Here(Python python, Optional<Path> home) implements Found {}

    /// @param why it is not, as the second half of a sentence
    record Missing(String why) implements Found {}
  }

  Found find(Definition.Python wanted) {
    if (wanted.path().isPresent()) {
      return given(Path.of(wanted.path().get()));
    }
    var made = environments.find(wanted.name());
    var own = made.flatMap(each -> pythons.at(each.python()));
    if (own.isPresent()) {
      return new Found.Here(own.get(), made.map(Environments.Made::home));
    }
    var common = pythons.machine();
    if (common.isPresent() && wanted.missing(common.get().packages()).isEmpty()) {
      return new Found.Here(common.get(), Optional.empty());
    }
    return new Found.Missing(lacks(wanted, common) + "; run: " + create(wanted.name()));
  }

  private Found given(Path home) {
    var there = pythons.at(home.resolve("bin/python"));
    return there.isPresent()
        ? new Found.Here(there.get(), Optional.of(home))
        : new Found.Missing(
            "there is no Python at "
                + home
                + "/bin/python, which ConfigMap "
                + ImageConfig.NAMESPACE
                + "/"
                + ImageConfig.NAME
                + " names as its path");
  }

  /// What a user runs.
  String create(String name) {
    return settings.create().replaceFirst("env create", "env create " + name);
  }

  private static String lacks(Definition.Python wanted, Optional<Python> machine) {
    return machine
        .map(
            each ->
                "it has not been made; this machine's python3 ("
                    + each.version()
                    + ") has no "
                    + String.join(", ", wanted.missing(each.packages())))
        .orElse("it has not been made; this machine has no python3");
  }

  /// A distribution that gives it its version, and that; empty where none is installed.
  static Optional<Leading> leading(Definition.Python wanted, Packages packages) {
    for (var each : wanted.leading()) {
      var version = packages.version(each);
      if (version.isPresent()) {
        return Optional.of(new Leading(Packages.name(each), version.get()));
      }
    }
    return Optional.empty();
  }

  record Leading(String name, String version) {
    @Override
    public String toString() {
      return name + " " + version;
    }
  }
}
