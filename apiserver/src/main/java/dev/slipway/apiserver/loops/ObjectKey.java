package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.store.Objects;

/// Names one stored object.
///
/// @param resource its storage key
/// @param namespace empty for cluster-scoped kinds
record ObjectKey(String resource, String namespace, String name) {
  static ObjectKey of(Objects.Version version) {
    return new ObjectKey(version.resource(), version.namespace(), version.name());
  }
}
