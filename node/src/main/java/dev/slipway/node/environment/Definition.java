package dev.slipway.node.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an environment is to be, by its name.
public sealed interface Definition {
  String name();

  /// The word for lists: `python`, `java`, `directory`.
  String kind();

  /// A Python with packages.
  ///
  /// @param packages installed where one is made, as pip takes them
  /// @param oneOf it counts as one where any of these distributions is there; empty: where all
  ///     packages are
  /// @param path an existing virtual environment; else the one made here or the machine's python3
  record Python(String name, List<String> packages, List<String> oneOf, Optional<String> path)
      implements Definition {
    public Python {
      packages = List.copyOf(packages);
      oneOf = List.copyOf(oneOf);
    }

    /// One without any packages of its own.
    public static Python plain(String name) {
      return new Python(name, List.of(), List.of(), Optional.empty());
    }

    @Override
    public String kind() {
      return "python";
    }

    /// Why a Python with these packages is not one; empty if it is.
    List<String> missing(Packages found) {
      if (oneOf.isEmpty()) {
        return packages.stream().filter(each -> found.version(each).isEmpty()).toList();
      }
      return oneOf.stream().anyMatch(each -> found.version(each).isPresent())
          ? List.of()
          : oneOf.subList(0, 1);
    }

    /// Distributions that give it its version, the likeliest first.
    List<String> leading() {
      var all = new ArrayList<>(oneOf);
      packages.stream().limit(1).map(Packages::name).forEach(all::add);
      return all;
    }
  }

  /// A JDK.
  ///
  /// @param home empty for the machine's
  record Java(String name, Optional<String> home) implements Definition {
    @Override
    public String kind() {
      return "java";
    }
  }

  /// A directory of programs: of its `bin`, and its own.
  record Directory(String name, String path) implements Definition {
    @Override
    public String kind() {
      return "directory";
    }
  }
}
