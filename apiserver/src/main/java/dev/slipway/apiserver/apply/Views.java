package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.apply.Managed.Owned;
import dev.slipway.apiserver.schema.Schema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The versions of one kind as one request meets them, each schema prepared once.
final class Views {
  private final Versions versions;
  private final String current;
  private final Optional<Schema> currentSchema;
  private final Map<String, Optional<Schema>> others = new HashMap<>(2);

  /// @param current the version of the request
  /// @param schema its schema of whole objects
  Views(Versions versions, String current, Schema schema) {
    this.versions = versions;
    this.current = current;
    this.currentSchema = Optional.of(schema);
  }

  /// The schema of whole objects in a version; empty where it is no longer served.
  Optional<Schema> schema(String apiVersion) {
    return apiVersion.equals(current)
        ? currentSchema
        : others.computeIfAbsent(apiVersion, asked -> versions.schema(asked).map(Shapes::ofObject));
  }

  ObjectNode convert(ObjectNode object, String apiVersion) {
    return versions.convert(object, apiVersion);
  }

  FieldSet fields(ObjectNode object, String apiVersion) {
    return FieldSets.of(convert(object, apiVersion), schema(apiVersion).orElseThrow());
  }

  /// Reads every owner's fields as today's schemas see them.
  void reconcile(Managed managed) {
    for (Manager each : managed.managers()) {
      @Nullable Owned owned = managed.get(each);
      if (owned != null) {
        schema(owned.apiVersion())
            .ifPresent(
                schema ->
                    managed.put(each, owned.with(FieldSets.reconciled(owned.fields(), schema))));
      }
    }
  }
}
