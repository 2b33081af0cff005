package dev.slipway.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What surrounds an object at one moment: its children, and whatever else a plan needs to know.
/// What
/// is read here is what the object depends on.
public interface Observed {
  /// Now, for conditions and deadlines.
  Instant now();

  /// Children of a kind: objects whose controlling owner is the primary, by name.
  List<Resource> children(Kind kind);

  /// A child by name.
  default Optional<Resource> child(Kind kind, String name) {
    return children(kind).stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /// Any object.
  Optional<Resource> find(Key key);

  /// Objects of a kind with all these labels.
  ///
  /// @param namespace empty for all
  /// @param labels empty for every object
  List<Resource> list(Kind kind, String namespace, Map<String, String> labels);

  /// Whether the API serves this kind.
  boolean serves(Kind kind);

  /// What the API refused of this object's last plan; empty once all of it was taken. For statuses
  /// that say why something is missing.
  default List<Refusal> refusals() {
    return List.of();
  }

  /// A write that the API refused.
  ///
  /// @param verb `create`, `apply`, `patch`, `delete` or `update`
  /// @param name empty where the API was to find one
  /// @param reason machine-readable: `Forbidden`, `Invalid`, …
  record Refusal(String verb, Kind kind, String name, String reason, String message) {}
}
