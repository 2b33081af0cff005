package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A strategic merge patch: a merge patch in which lists with a merge key are merged element by
/// element, and directives (`$patch`, `$retainKeys`, `$setElementOrder/LIST`,
/// `$deleteFromPrimitiveList/LIST`) say what plain fields cannot.
///
/// Semantics: `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go`. Unlike there, directives and
/// nulls never survive into the result, whatever was merged with them.
final class StrategicMergePatch {
  static final String PATCH = "$patch";
  static final String RETAIN_KEYS = "$retainKeys";
  static final String SET_ELEMENT_ORDER = "$setElementOrder";
  static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList";

  private StrategicMergePatch() {}

  /// Applies a parsed patch to a whole object.
  ///
  /// @param patch taken apart while it is applied
  /// @param document changed in place
  /// @throws ApiException 400 for a malformed patch, 422 for one that does not fit the object
  static ObjectNode apply(JsonNode patch, ObjectNode document, Schema schema) {
    if (!(patch instanceof ObjectNode changes)) {
      throw ApiException.badRequest("invalid JSON document");
    }
    return mergeObjects(document, changes, schema);
  }

  /// Merges `patch` into `original`; the answer is one of the two, or a new empty object.
  static ObjectNode mergeObjects(ObjectNode original, ObjectNode patch, Schema schema) {
    @Nullable JsonNode directive = patch.get(PATCH);
    if (directive != null) {
      return obey(directive, patch);
    }
    retainKeys(original, patch);
    for (String name : List.copyOf(patch.propertyNames())) {
      if (isDirective(name, SET_ELEMENT_ORDER)) {
        orderList(original, patch, name, schema);
      }
    }
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String name = change.getKey();
      if (isDirective(name, DELETE_FROM_LIST)) {
        deleteFromList(original, target(name, DELETE_FROM_LIST), change.getValue());
      } else {
        mergeField(original, name, change.getValue(), schema);
      }
    }
    return original;
  }

  private static ObjectNode obey(JsonNode directive, ObjectNode patch) {
    return switch (directive.asString("")) {
      case "replace" -> {
        patch.remove(PATCH);
        clean(patch);
        yield patch;
      }
      case "delete" -> Json.object();
      default ->
          throw GoText.unfit(
              "unknown patch type: " + GoText.of(directive) + " in map: " + GoText.of(patch));
    };
  }

  /// Drops from the original what `$retainKeys` does not list.
  private static void retainKeys(ObjectNode original, ObjectNode patch) {
    @Nullable JsonNode listed = patch.remove(RETAIN_KEYS);
    if (listed == null) {
      return;
    }
    if (!(listed instanceof ArrayNode names)) {
      throw badRetainKeys();
    }
    Set<String> kept = new HashSet<>();
    names.forEach(name -> kept.add(name.asString("")));
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String name = change.getKey();
      boolean free =
          change.getValue().isNull()
              || name.startsWith(DELETE_FROM_LIST)
              || name.startsWith(SET_ELEMENT_ORDER);
      if (!free && !kept.contains(name)) {
        throw badRetainKeys();
      }
    }
    original.retain(kept);
  }

  private static ApiException badRetainKeys() {
    return ApiException.badRequest("invalid patch format of retainKeys");
  }

  /// Merges the list a `$setElementOrder` directive speaks of, and orders it as told.
  private static void orderList(
      ObjectNode original, ObjectNode patch, String directive, Schema schema) {
    JsonNode order = patch.remove(directive);
    String name = target(directive, SET_ELEMENT_ORDER);
    @Nullable JsonNode changes = patch.remove(name);
    @Nullable JsonNode present = original.get(name);
    if (!(order instanceof ArrayNode wanted)
        || (changes != null && !(changes instanceof ArrayNode))
        || (present != null && !(present instanceof ArrayNode))) {
      throw ApiException.badRequest("invalid patch format of setElementOrder list");
    }
    if (changes == null && present == null) {
      return;
    }
    StrategicList list = StrategicList.of(schema.field(name).orElse(Schema.ANYTHING));
    ArrayNode merged =
        list.mergeInOrder(
            present instanceof ArrayNode array ? array : Json.array(),
            changes instanceof ArrayNode array ? array : Json.array(),
            wanted);
    original.set(name, merged);
  }

  private static void deleteFromList(ObjectNode original, String name, JsonNode unwanted) {
    if (!(unwanted instanceof ArrayNode values)) {
      throw ApiException.badRequest("invalid patch format of primitive list");
    }
    if (original.get(name) instanceof ArrayNode present) {
      original.set(name, StrategicList.without(present, values));
    }
  }

  private static void mergeField(ObjectNode original, String name, JsonNode change, Schema schema) {
    if (change.isNull()) {
      original.remove(name);
      return;
    }
    Schema shape = schema.field(name).orElse(Schema.ANYTHING);
    boolean replaced = shape.patchStrategies().contains("replace");
    @Nullable JsonNode present = original.get(name);
    if (present instanceof ObjectNode object && change instanceof ObjectNode fields && !replaced) {
      original.set(name, mergeObjects(object, fields, shape));
    } else if (present instanceof ArrayNode list
        && change instanceof ArrayNode elements
        && shape.patchStrategies().contains("merge")) {
      original.set(name, StrategicList.of(shape).merge(list, elements));
    } else if (clean(change)) {
      original.set(name, change);
    } else {
      original.remove(name);
    }
  }

  /// Removes nulls and directives from a value that is taken over whole.
  ///
  /// @return false where the value itself is nothing but a directive
  static boolean clean(JsonNode value) {
    if (value instanceof ObjectNode object) {
      if (object.has(PATCH)) {
        return false;
      }
      object
          .properties()
          .removeIf(
              field ->
                  field.getValue().isNull()
                      || isDirective(field.getKey())
                      || !clean(field.getValue()));
    } else if (value instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (!clean(array.get(i))) {
          array.remove(i);
        }
      }
    }
    return true;
  }

  private static boolean isDirective(String name) {
    return name.startsWith("$")
        && (name.equals(RETAIN_KEYS)
            || name.startsWith(SET_ELEMENT_ORDER + "/")
            || name.startsWith(DELETE_FROM_LIST + "/"));
  }

  private static boolean isDirective(String name, String prefix) {
    return name.startsWith(prefix);
  }

  /// The field a directive with a name in it speaks of.
  private static String target(String directive, String prefix) {
    if (!directive.startsWith(prefix + "/")) {
      throw ApiException.badRequest(
          prefix.equals(DELETE_FROM_LIST)
              ? "invalid patch format of primitive list"
              : "invalid patch format of setElementOrder list");
    }
    return directive.substring(prefix.length() + 1);
  }
}
