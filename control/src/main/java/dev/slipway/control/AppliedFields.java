package dev.slipway.control;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Whether an object already is what an apply would make it, told from the object alone: it holds
/// everything wanted, and the API has noted in `managedFields` that exactly these fields are ours.
///
/// Implementation note: the wanted tree, the observed tree and the owned field set are walked side
/// by side. The field set says which lists are joined by key (`k:{…}`), by value (`v:…`) or are
/// atomic, so no schema is needed. An answer of *no* may be wrong where the API writes a value
/// another way (`1000m` as `1`); then the apply changes nothing, and [Applier] remembers that.
/// Format: structured-merge-diff, `fieldpath/serialize.go`.
final class AppliedFields {
  /// Fields of metadata and of the object itself that name it and are never owned.
  private static final Set<String> IDENTITY = Set.of("apiVersion", "kind");

  private static final Set<String> METADATA_IDENTITY =
      Set.of("name", "namespace", "uid", "resourceVersion");

  private AppliedFields() {}

  static boolean settled(ObjectNode wanted, Resource observed) {
    for (JsonNode entry : observed.at("metadata", "managedFields")) {
      if (Json.text(entry, "manager").equals(Cluster.FIELD_MANAGER)
          && Json.text(entry, "operation").equals("Apply")
          && Json.text(entry, "subresource").isEmpty()) {
        return settledObject(wanted, observed.tree(), entry.path("fieldsV1"));
      }
    }
    return false;
  }

  private static boolean settledObject(ObjectNode wanted, ObjectNode observed, JsonNode owned) {
    ObjectNode bare = Json.object();
    for (Map.Entry<String, JsonNode> field : wanted.properties()) {
      if (!IDENTITY.contains(field.getKey())) {
        bare.set(field.getKey(), field.getValue());
      }
    }
    if (bare.get("metadata") instanceof ObjectNode metadata) {
      ObjectNode kept = Json.object();
      for (Map.Entry<String, JsonNode> field : metadata.properties()) {
        if (!METADATA_IDENTITY.contains(field.getKey())) {
          kept.set(field.getKey(), field.getValue());
        }
      }
      bare.set("metadata", kept);
    }
    return settled(bare, observed, owned);
  }

  private static boolean settled(JsonNode wanted, JsonNode observed, JsonNode owned) {
    if (isLeaf(owned)) {
      return Trees.same(observed, wanted);
    }
    return switch (wanted) {
      case ObjectNode object -> settledFields(object, observed, owned);
      case ArrayNode array -> settledElements(array, observed, owned);
      default -> false;
    };
  }

  /// The field is owned as a whole: its set has no members but perhaps itself.
  private static boolean isLeaf(JsonNode owned) {
    return owned.isObject() && (owned.isEmpty() || (owned.size() == 1 && owned.has(".")));
  }

  private static boolean settledFields(ObjectNode wanted, JsonNode observed, JsonNode owned) {
    for (Map.Entry<String, JsonNode> member : owned.properties()) {
      String path = member.getKey();
      if (path.startsWith("f:") && !wanted.has(path.substring(2))) {
        return false;
      }
    }
    for (Map.Entry<String, JsonNode> field : wanted.properties()) {
      JsonNode member = owned.path("f:" + field.getKey());
      boolean settled =
          member.isMissingNode()
              ? Trees.isNothing(field.getValue())
              : settled(field.getValue(), observed.path(field.getKey()), member);
      if (!settled) {
        return false;
      }
    }
    return true;
  }

  private static boolean settledElements(ArrayNode wanted, JsonNode observed, JsonNode owned) {
    List<JsonNode> left = new ArrayList<>();
    wanted.forEach(left::add);
    for (Map.Entry<String, JsonNode> member : owned.properties()) {
      String path = member.getKey();
      if (path.equals(".")) {
        continue;
      }
      JsonNode selector = selector(path);
      JsonNode mine = take(left, path, selector);
      JsonNode theirs = find(observed, path, selector);
      if (mine.isMissingNode()
          || theirs.isMissingNode()
          || (path.startsWith("k:") && !settled(mine, theirs, member.getValue()))) {
        return false;
      }
    }
    return left.isEmpty();
  }

  private static JsonNode selector(String path) {
    return path.length() < 2 ? MissingNode.getInstance() : Json.MAPPER.readTree(path.substring(2));
  }

  private static JsonNode take(List<JsonNode> elements, String path, JsonNode selector) {
    for (int i = 0; i < elements.size(); i++) {
      if (selects(path, selector, elements.get(i), true)) {
        return elements.remove(i);
      }
    }
    return MissingNode.getInstance();
  }

  private static JsonNode find(JsonNode elements, String path, JsonNode selector) {
    for (JsonNode each : elements) {
      if (selects(path, selector, each, false)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  /// @param lenient whether a key field may be absent: the API has filled in its default
  private static boolean selects(
      String path, JsonNode selector, JsonNode element, boolean lenient) {
    if (path.startsWith("v:")) {
      return Trees.same(selector, element);
    }
    if (!path.startsWith("k:")) {
      return false;
    }
    for (Map.Entry<String, JsonNode> key : selector.properties()) {
      JsonNode value = element.path(key.getKey());
      boolean same = Trees.same(key.getValue(), value) || (lenient && value.isMissingNode());
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
