package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The versions one kind is served in, for managers that wrote in another version than today's
/// request.
public interface Versions {
  /// The kind's schema in a version; empty where the version is no longer served.
  Optional<Schema> schema(String apiVersion);

  /// The object in another served version; the argument stays untouched.
  ObjectNode convert(ObjectNode object, String apiVersion);

  /// A kind with one version.
  static Versions only(String apiVersion, Schema schema) {
    return new Versions() {
      @Override
      public Optional<Schema> schema(String asked) {
        return asked.equals(apiVersion) ? Optional.of(schema) : Optional.empty();
      }

      @Override
      public ObjectNode convert(ObjectNode object, String asked) {
        return object;
      }
    };
  }

  /// The versions a catalog serves a resource's objects in, in whatever group.
  static Versions of(Catalog catalog, Resource resource) {
    return new Versions() {
      @Override
      public Optional<Schema> schema(String apiVersion) {
        return resource.apiVersion().equals(apiVersion)
            ? Optional.of(resource.schema())
            : find(apiVersion).map(Resource::schema);
      }

      @Override
      public ObjectNode convert(ObjectNode object, String apiVersion) {
        String from = Json.text(object, "apiVersion");
        if (from.equals(apiVersion)) {
          return object;
        }
        ObjectNode stored = find(from).orElse(resource).converter().toStored(object.deepCopy());
        return find(apiVersion).orElse(resource).converter().toServed(stored);
      }

      private Optional<Resource> find(String apiVersion) {
        var kind = GroupVersionKind.of(apiVersion, resource.kind());
        return catalog
            .find(kind.group(), kind.version(), resource.plural())
            .filter(found -> found.storageKey().equals(resource.storageKey()));
      }
    };
  }
}
