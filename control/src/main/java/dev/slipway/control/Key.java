package dev.slipway.control;

/// Which object: kind, namespace and name.
///
/// @param namespace empty for cluster-wide kinds
public record Key(Kind kind, String namespace, String name) {
  /// `apps/v1 Deployment default/web`.
  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
  }
}
