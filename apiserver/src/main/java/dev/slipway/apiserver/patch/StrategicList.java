package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How a strategic merge patch merges one list: elements are matched by their merge key, or by
/// value where they are scalars; the order is the patch's, with the elements only the server has
/// kept where they stood relative to it.
///
/// @param mergeKey empty for lists of scalars
/// @param merged whether the list is merged at all; otherwise the patch's list replaces it
/// @param element the shape of one element
record StrategicList(String mergeKey, boolean merged, Schema element) {

  static StrategicList of(Schema list) {
    return new StrategicList(
        list.patchMergeKey(),
        list.patchStrategies().contains("merge"),
        list.items().orElse(Schema.ANYTHING));
  }

  /// The original with the patch's elements merged in.
  ArrayNode merge(ArrayNode original, ArrayNode patch) {
    List<JsonNode> before = elements(original);
    List<JsonNode> changes = elements(patch);
    List<JsonNode> after = mergeElements(before, changes);
    return arrange(after, order(changes), before);
  }

  /// As [#merge], in the order a `$setElementOrder` list demands.
  ///
  /// @throws ApiException if the patch has elements the order does not name, or in another order
  ArrayNode mergeInOrder(ArrayNode original, ArrayNode patch, ArrayNode wanted) {
    List<JsonNode> before = elements(original);
    List<JsonNode> changes = elements(patch);
    List<JsonNode> order = elements(wanted);
    requireOrdered(changes, order);
    List<JsonNode> after = changes.isEmpty() ? before : mergeElements(before, changes);
    return arrange(after, order, before);
  }

  /// The scalars of a list that are not among the unwanted ones.
  static ArrayNode without(ArrayNode present, ArrayNode unwanted) {
    Set<Object> gone = new HashSet<>();
    unwanted.forEach(value -> gone.add(identity(value)));
    ArrayNode kept = Json.array();
    for (JsonNode each : present) {
      if (!gone.contains(identity(each))) {
        kept.add(each);
      }
    }
    return kept;
  }

  private List<JsonNode> mergeElements(List<JsonNode> before, List<JsonNode> changes) {
    if (before.isEmpty() && changes.isEmpty()) {
      return before;
    }
    if (!merged) {
      return cleaned(changes);
    }
    if (!requireOneType(before, changes)) {
      return mergeScalars(before, changes);
    }
    if (mergeKey.isEmpty()) {
      throw GoText.unfit("cannot merge lists without merge key for struct");
    }
    return mergeObjects(obeyDirectives(before, changes), changes);
  }

  private static List<JsonNode> mergeScalars(List<JsonNode> before, List<JsonNode> changes) {
    var distinct = new LinkedHashMap<Object, JsonNode>();
    before.forEach(each -> distinct.putIfAbsent(identity(each), each));
    changes.forEach(each -> distinct.putIfAbsent(identity(each), each));
    return new ArrayList<>(distinct.values());
  }

  /// What remains of the list before plain elements are merged: elements with `$patch: delete`
  /// take theirs away, one with `$patch: replace` takes all away.
  private List<JsonNode> obeyDirectives(List<JsonNode> before, List<JsonNode> changes) {
    Set<Object> deleted = new HashSet<>();
    boolean replaced = false;
    for (JsonNode each : changes) {
      @Nullable JsonNode directive = each.get(StrategicMergePatch.PATCH);
      if (directive == null) {
        continue;
      }
      switch (directive.asString("")) {
        case "delete" -> deleted.add(keyOf(each));
        case "replace" -> replaced = true;
        case "merge" -> throw GoText.unfit("merging lists cannot yet be specified in the patch");
        default ->
            throw GoText.unfit(
                "unknown patch type: " + GoText.of(directive) + " in map: " + GoText.of(each));
      }
    }
    if (replaced) {
      return List.of();
    }
    List<JsonNode> kept = new ArrayList<>(before);
    kept.removeIf(each -> each.has(mergeKey) && deleted.contains(identity(each.get(mergeKey))));
    return kept;
  }

  private List<JsonNode> mergeObjects(List<JsonNode> before, List<JsonNode> changes) {
    List<JsonNode> result = new ArrayList<>(before);
    Map<Object, Integer> positions = positions(result);
    for (JsonNode each : changes) {
      if (each.has(StrategicMergePatch.PATCH)) {
        continue;
      }
      @Nullable Integer position = positions.get(keyOf(each));
      if (position == null) {
        positions.put(keyOf(each), result.size());
        StrategicMergePatch.clean(each);
        result.add(each);
      } else {
        ObjectNode present = (ObjectNode) result.get(position);
        result.set(position, StrategicMergePatch.mergeObjects(present, (ObjectNode) each, element));
      }
    }
    return result;
  }

  /// Elements named by `order` in that order, the others in the order of `before`, interleaved so
  /// that a server's element stays ahead of the ones it stood ahead of.
  private ArrayNode arrange(List<JsonNode> after, List<JsonNode> order, List<JsonNode> before) {
    Map<Object, Integer> wanted = positions(order);
    Map<Object, Integer> stood = positions(before);
    List<JsonNode> patched = new ArrayList<>();
    List<JsonNode> serverOnly = new ArrayList<>();
    for (JsonNode each : after) {
      (wanted.containsKey(keyOf(each)) ? patched : serverOnly).add(each);
    }
    patched.sort(byPosition(wanted));
    serverOnly.sort(byPosition(stood));
    return interleave(serverOnly, patched, stood);
  }

  private ArrayNode interleave(
      List<JsonNode> serverOnly, List<JsonNode> patched, Map<Object, Integer> stood) {
    ArrayNode all = Json.array();
    int next = 0;
    for (JsonNode each : patched) {
      @Nullable Integer mine = stood.get(keyOf(each));
      while (mine != null && next < serverOnly.size()) {
        @Nullable Integer other = stood.get(keyOf(serverOnly.get(next)));
        if (other == null || other >= mine) {
          break;
        }
        all.add(serverOnly.get(next));
        next++;
      }
      all.add(each);
    }
    serverOnly.subList(next, serverOnly.size()).forEach(all::add);
    return all;
  }

  private Comparator<JsonNode> byPosition(Map<Object, Integer> positions) {
    return Comparator.comparing(each -> positions.getOrDefault(keyOf(each), Integer.MAX_VALUE));
  }

  /// The plain elements of a patch: those without a directive.
  private static List<JsonNode> order(List<JsonNode> changes) {
    return changes.stream().filter(each -> !each.has(StrategicMergePatch.PATCH)).toList();
  }

  private void requireOrdered(List<JsonNode> changes, List<JsonNode> order) {
    if (changes.isEmpty() || order.isEmpty()) {
      return;
    }
    int next = 0;
    for (JsonNode each : order(changes)) {
      while (next < order.size() && !keyOf(order.get(next)).equals(keyOf(each))) {
        next++;
      }
      if (next == order.size()) {
        throw GoText.unfit(
            "The order in patch list:\n%s\n doesn't match %s list:\n%s\n"
                .formatted(
                    GoText.of(changes), StrategicMergePatch.SET_ELEMENT_ORDER, GoText.of(order)));
      }
      next++;
    }
  }

  /// @return whether the elements are objects
  private static boolean requireOneType(List<JsonNode> before, List<JsonNode> changes) {
    JsonNode first = before.isEmpty() ? changes.getFirst() : before.getFirst();
    if (first.isArray()) {
      throw Patches.rejected("lists of lists are not supported");
    }
    for (List<JsonNode> list : List.of(before, changes)) {
      for (JsonNode each : list) {
        if (each.getNodeType() != first.getNodeType()) {
          throw GoText.unfit(
              "list element types are not identical: "
                  + ("[" + GoText.of(before) + " " + GoText.of(changes) + "]"));
        }
      }
    }
    return first.isObject();
  }

  private Map<Object, Integer> positions(List<JsonNode> list) {
    Map<Object, Integer> positions = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      positions.putIfAbsent(keyOf(list.get(i)), i);
    }
    return positions;
  }

  private Object keyOf(JsonNode each) {
    if (mergeKey.isEmpty() || !merged) {
      return identity(each);
    }
    if (!each.isObject()) {
      throw GoText.unfit("expected a map[string]interface {}, but received a " + GoText.type(each));
    }
    @Nullable JsonNode key = each.get(mergeKey);
    if (key == null) {
      throw GoText.unfit(
          "map: " + GoText.of(each) + " does not contain declared merge key: " + mergeKey);
    }
    return identity(key);
  }

  /// Something with `equals` that tells scalars apart by their value.
  private static Object identity(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : value;
  }

  private static List<JsonNode> cleaned(List<JsonNode> values) {
    return values.stream().filter(StrategicMergePatch::clean).toList();
  }

  private static List<JsonNode> elements(ArrayNode array) {
    List<JsonNode> list = new ArrayList<>(array.size());
    array.forEach(list::add);
    return list;
  }
}
