package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.Bounds;
import dev.slipway.apiserver.schema.Schema.ListType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What the words after a field's type say: how it merges, its default, the values it may have.
record Refinement(
    boolean atomic,
    ListType listType,
    List<String> mapKeys,
    String patchMergeKey,
    Set<String> patchStrategies,
    Optional<JsonNode> defaultValue,
    Bounds bounds) {
  static final Refinement NONE =
      new Refinement(
          false, ListType.ATOMIC, List.of(), "", Set.of(), Optional.empty(), Bounds.NONE);

  /// @throws IllegalArgumentException if a word is not one of the notation's
  static Refinement of(List<String> words) {
    return words.isEmpty() ? NONE : new Reader().read(words);
  }

  /// `base` with the merge rules and default of a field, and its own sentence where it has one.
  Schema applyTo(Schema base, String description) {
    return new Schema(
        base.type(),
        base.typeName(),
        description.isEmpty() ? base.description() : description,
        base.format(),
        base.nullable(),
        base.properties(),
        base.required(),
        base.values(),
        base.items(),
        base.preserveUnknown(),
        base.embedded(),
        listType,
        mapKeys,
        atomic || base.atomicMap(),
        patchMergeKey,
        patchStrategies,
        defaultValue,
        base.bounds(),
        base.rules());
  }

  private static final class Reader {
    private boolean atomic;
    private ListType listType = ListType.ATOMIC;
    private List<String> mapKeys = List.of();
    private String patchMergeKey = "";
    private final Set<String> patchStrategies = new HashSet<>();
    private Optional<JsonNode> defaultValue = Optional.empty();
    private Bounds bounds = Bounds.NONE;

    Refinement read(List<String> words) {
      words.forEach(this::word);
      return new Refinement(
          atomic, listType, mapKeys, patchMergeKey, patchStrategies, defaultValue, bounds);
    }

    private void word(String word) {
      int open = word.indexOf('(');
      String name = open < 0 ? word : word.substring(0, open);
      String argument = open < 0 ? "" : Words.inParentheses(word, name);
      switch (name) {
        case "atomic" -> atomic = true;
        case "set" -> listType = ListType.SET;
        case "map" -> map(argument);
        case "merge" -> merge(argument);
        case "retainKeys", "replace" -> patchStrategies.add(name);
        case "default" -> defaultValue = Optional.of(literal(argument));
        case "enum" -> bounds = new Bounds(Map.of("enum", values(argument)));
        default -> throw new IllegalArgumentException("unknown refinement: " + word);
      }
    }

    private void map(String keys) {
      listType = ListType.MAP;
      mapKeys = List.of(keys.split(",", -1));
    }

    private void merge(String key) {
      patchStrategies.add("merge");
      patchMergeKey = key;
    }

    /// Text in quotes, `true`, `false` or a whole number. By hand: a JSON parser starts slowly.
    private static JsonNode literal(String text) {
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      if (text.startsWith("\"")) {
        return nodes.stringNode(text.substring(1, text.length() - 1));
      }
      return switch (text) {
        case "true", "false" -> nodes.booleanNode(text.equals("true"));
        default -> nodes.numberNode(Integer.parseInt(text));
      };
    }

    private static JsonNode values(String argument) {
      var values = JsonNodeFactory.instance.arrayNode();
      for (String value : argument.split("\\|", -1)) {
        values.add(value);
      }
      return values;
    }
  }
}
