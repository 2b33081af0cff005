package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The merge of an applied configuration into a live object: what the configuration gives wins,
/// nothing is removed. Both arguments stay untouched and share nothing with the result.
///
/// Source: `structured-merge-diff/typed/merge.go`.
final class Merge {
  private Merge() {}

  /// @throws MismatchException if an element of an associative list has no key, or one of the
  ///     configuration occurs twice
  static JsonNode of(JsonNode live, JsonNode config, Schema schema) {
    return Objects.requireNonNullElse(merge(live, config, schema), NullNode.getInstance());
  }

  /// Null stands for an absent value; the answer is null only if both are.
  private static @Nullable JsonNode merge(
      @Nullable JsonNode live, @Nullable JsonNode config, Schema schema) {
    if (config == null) {
      return live == null ? null : live.deepCopy();
    }
    boolean nothing = (live == null || live.isEmpty()) && config.isEmpty();
    JsonNode telling = config.isNull() && live != null ? live : config;
    Shapes.Kind kind = nothing ? Shapes.Kind.LEAF : Shapes.kind(schema, telling);
    return switch (kind) {
      case LEAF -> config.deepCopy();
      case OBJECT -> mergeFields(Shapes.object(live), Shapes.object(config), schema);
      case LIST -> mergeElements(Shapes.array(live), Shapes.array(config), schema);
    };
  }

  private static ObjectNode mergeFields(
      @Nullable ObjectNode live, @Nullable ObjectNode config, Schema schema) {
    ObjectNode merged = Json.object();
    if (live != null) {
      for (Map.Entry<String, JsonNode> field : live.properties()) {
        String name = field.getKey();
        @Nullable JsonNode change = config == null ? null : config.get(name);
        put(merged, name, merge(field.getValue(), change, Shapes.field(schema, name)));
      }
    }
    if (config != null) {
      for (Map.Entry<String, JsonNode> field : config.properties()) {
        String name = field.getKey();
        if (live == null || !live.has(name)) {
          put(merged, name, merge(null, field.getValue(), Shapes.field(schema, name)));
        }
      }
    }
    return merged;
  }

  private static void put(ObjectNode object, String name, @Nullable JsonNode value) {
    if (value != null) {
      object.set(name, value);
    }
  }

  private static ArrayNode mergeElements(
      @Nullable ArrayNode live, @Nullable ArrayNode config, Schema schema) {
    return new ListMerge(
            schema, Elements.of(live, schema, true), Elements.of(config, schema, false))
        .run();
  }

  /// A list and what names its elements.
  ///
  /// @param single by name; null nodes where the name occurs more than once
  private record Elements(
      List<PathElement> names, List<JsonNode> items, Map<PathElement, JsonNode> single) {

    static Elements of(@Nullable ArrayNode list, Schema schema, boolean duplicates) {
      var elements = new Elements(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
      if (list == null) {
        return elements;
      }
      for (JsonNode item : list) {
        PathElement name = Shapes.element(schema, item);
        boolean again = elements.single.put(name, item) != null;
        if (again && !duplicates) {
          throw new MismatchException("duplicate entries for key " + name.text());
        }
        if (again) {
          elements.single.put(name, NullNode.getInstance());
        }
        elements.names.add(name);
        elements.items.add(item);
      }
      return elements;
    }

    boolean has(PathElement name) {
      return single.containsKey(name);
    }
  }

  /// One merge of two lists. Elements only the live list has keep their place; those of the
  /// configuration follow its order.
  private static final class ListMerge {
    private final Schema element;
    private final Elements live;
    private final Elements config;
    private final Deque<PathElement> shared = new ArrayDeque<>();
    private final Set<PathElement> done = new HashSet<>();
    private final ArrayNode merged = Json.array();
    private int nextLive;
    private int nextConfig;

    ListMerge(Schema list, Elements live, Elements config) {
      this.element = Shapes.element(list);
      this.live = live;
      this.config = config;
      config.names.stream().filter(live::has).forEach(shared::add);
    }

    ArrayNode run() {
      while (nextLive < live.names.size() || nextConfig < config.names.size()) {
        if (nextLive < live.names.size() && passLive(live.names.get(nextLive))) {
          continue;
        }
        if (nextConfig < config.names.size()) {
          takeConfig();
        }
      }
      return merged;
    }

    /// Deals with the next live element, if it can be dealt with before the next applied one.
    private boolean passLive(PathElement name) {
      boolean more = nextConfig < config.names.size();
      if (more && name.equals(config.names.get(nextConfig))) {
        nextLive++;
        takeConfig();
        return true;
      }
      if (!config.has(name)) {
        merged.add(live.items.get(nextLive).deepCopy());
        nextLive++;
        return true;
      }
      if (more && !shared.isEmpty() && !shared.peek().equals(name)) {
        nextLive++;
        return true;
      }
      if (done.contains(name)) {
        nextLive++;
      }
      return false;
    }

    private void takeConfig() {
      PathElement name = config.names.get(nextConfig);
      nextConfig++;
      done.add(name);
      if (name.equals(shared.peek())) {
        shared.poll();
      }
      @Nullable JsonNode value = merge(live.single.get(name), config.single.get(name), element);
      if (value != null) {
        merged.add(value);
      }
    }
  }
}
