package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON merge patch (RFC 7386): fields given replace, objects merge, `null` removes.
final class MergePatch {
  private MergePatch() {}

  /// Applies a parsed patch to a whole object.
  ///
  /// @param document changed in place
  /// @throws ApiException 400 for a patch that is no object
  static ObjectNode apply(JsonNode patch, ObjectNode document) {
    if (!(patch instanceof ObjectNode changes)) {
      throw ApiException.badRequest("Invalid JSON Patch");
    }
    merge(changes, document);
    return document;
  }

  private static void merge(ObjectNode changes, ObjectNode target) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      String name = change.getKey();
      JsonNode value = change.getValue();
      if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode nested) {
        merge(nested, objectAt(target, name));
      } else {
        target.set(name, value.deepCopy());
      }
    }
  }

  private static ObjectNode objectAt(ObjectNode target, String name) {
    if (target.get(name) instanceof ObjectNode present) {
      return present;
    }
    ObjectNode fresh = Json.object();
    target.set(name, fresh);
    return fresh;
  }
}
