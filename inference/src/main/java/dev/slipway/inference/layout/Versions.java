package dev.slipway.inference.layout;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The versions of a model that lie there, and which of them are served.
///
/// @param present ascending
/// @param labels names of versions: `stable` to `42`
public record Versions(List<Version> present, Policy policy, Map<String, Long> labels) {
  public Versions {
    present =
        present.stream()
            .sorted(Comparator.comparingLong(Version::number).thenComparing(Version::name))
            .toList();
    labels = Map.copyOf(labels);
  }

  /// One content.
  ///
  /// @param name as clients ask for it; `""` where the layout has no versions
  /// @param artifact the file or directory the engine loads
  public record Version(String name, Path artifact) {
    /// The name as a number; -1 where it is none.
    public long number() {
      return name.matches("\\d{1,18}") ? Long.parseLong(name) : -1;
    }
  }

  /// Which versions are served.
  public sealed interface Policy {
    /// Those with the highest numbers.
    record Latest(int count) implements Policy {}

    record All() implements Policy {}

    record Specific(List<Long> versions) implements Policy {
      public Specific {
        versions = List.copyOf(versions);
      }
    }
  }

  /// No versions: one content.
  static Versions one(Path artifact) {
    return one(new Version("", artifact));
  }

  static Versions one(Version version) {
    return new Versions(List.of(version), new Policy.Latest(1), Map.of());
  }

  /// Those that are served, ascending.
  public List<Version> served() {
    return switch (policy) {
      case Policy.Latest(int count) ->
          present.subList(Math.max(0, present.size() - Math.max(count, 1)), present.size());
      case Policy.All() -> present;
      case Policy.Specific(var wanted) ->
          present.stream().filter(each -> wanted.contains(each.number())).toList();
    };
  }

  /// What those get who name no version; empty for an ensemble.
  public Optional<Version> latest() {
    List<Version> served = served();
    return served.isEmpty() ? Optional.empty() : Optional.of(served.getLast());
  }
}
