package dev.slipway.dataplane.model;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model by name: its versions and where they stand. An immutable snapshot; [Models] swaps it
/// whole.
///
/// @param versions newest first
/// @param labels names for versions (TensorFlow Serving): `stable` → `1`
/// @param loading whether versions are being loaded
/// @param reason why the last load failed; empty if it did not
public record Model(
    String name,
    List<Servable> versions,
    Map<String, String> labels,
    boolean loading,
    String reason) {
  public Model {
    versions = versions.stream().sorted(NEWEST_FIRST).toList();
    labels = Map.copyOf(labels);
  }

  /// Numbers by size, other names after them by letters.
  private static final Comparator<Servable> NEWEST_FIRST =
      Comparator.comparingLong((Servable servable) -> number(servable.version()))
          .reversed()
          .thenComparing(Servable::version);

  private static long number(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /// The newest version that answers.
  public Optional<Servable> latest() {
    for (var candidate : versions) {
      if (candidate.state().servable()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  public Optional<Servable> version(String version) {
    for (var candidate : versions) {
      if (candidate.version().equals(version)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  public boolean ready() {
    return latest().isPresent();
  }
}
