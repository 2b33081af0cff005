package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What the steps need to know of namespaces. Thread-safe.
final class Namespaces {
  private final Stored<Namespace> namespaces;

  /// @param object the whole Namespace; shared, so it must not be changed
  record Namespace(
      String name,
      Map<String, String> labels,
      Map<String, String> annotations,
      boolean terminating,
      ObjectNode object) {
    static Namespace of(ObjectNode object) {
      return new Namespace(
          Json.text(object, "metadata", "name"),
          Json.strings(object, "metadata", "labels"),
          Json.strings(object, "metadata", "annotations"),
          Json.text(object, "status", "phase").equals("Terminating"),
          object);
    }
  }

  Namespaces(Objects objects) {
    namespaces = new Stored<>(objects, "namespaces", Namespace::of);
  }

  Optional<Namespace> find(String name) {
    return namespaces.find("", name);
  }
}
