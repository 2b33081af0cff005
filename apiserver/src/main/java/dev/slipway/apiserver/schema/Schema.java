package dev.slipway.apiserver.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// The shape of one JSON value: what a structural OpenAPI v3 schema says, read once.
///
/// The same type describes custom resources (from their CustomResourceDefinition) and built-in
/// kinds (from our own
/// catalogue), so pruning, defaulting, validation, strategic merge, server-side apply and OpenAPI
/// have one source.
/// Schemas of built-in kinds are shared between parents; none is cyclic.
///
/// @param typeName the published name of a built-in type, `io.k8s.api.core.v1.PodSpec`; empty for
///     inline shapes
/// @param properties fields by name, in the order they are documented; empty unless an object
/// @param values the shape of each value where the object is a map (`additionalProperties`)
/// @param items the shape of each element where the value is a list
/// @param preserveUnknown unknown fields are kept (`x-kubernetes-preserve-unknown-fields`)
/// @param embedded the value is a whole API object with its own `apiVersion`, `kind`, `metadata`
/// @param patchMergeKey strategic merge patch: the field that identifies a list element; empty
///     where lists are replaced
/// @param patchStrategies strategic merge patch: any of `merge`, `replace`, `retainKeys`
/// @param bounds value validation (patterns, ranges, enums, `oneOf` …)
/// @param rules CEL rules (`x-kubernetes-validations`) of this very node
public record Schema(
    Type type,
    String typeName,
    String description,
    String format,
    boolean nullable,
    Map<String, Schema> properties,
    Set<String> required,
    Optional<Schema> values,
    Optional<Schema> items,
    boolean preserveUnknown,
    boolean embedded,
    ListType listType,
    List<String> listMapKeys,
    boolean atomicMap,
    String patchMergeKey,
    Set<String> patchStrategies,
    Optional<JsonNode> defaultValue,
    Bounds bounds,
    List<Rule> rules) {

  /// The JSON types a structural schema may name. `ANY` stands for an absent type.
  public enum Type {
    ANY,
    OBJECT,
    ARRAY,
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    INT_OR_STRING
  }

  /// `x-kubernetes-list-type`: how server-side apply merges a list.
  public enum ListType {
    ATOMIC,
    SET,
    MAP
  }

  /// One CEL rule.
  ///
  /// @param message what the user is told; empty where the rule text itself is shown
  /// @param messageExpression CEL that yields the message; may be empty
  /// @param reason the cause reason: `FieldValueInvalid` where not given
  /// @param fieldPath relative JSON path the problem is reported at; may be empty
  /// @param optionalOldSelf the rule also runs where there is no old value
  public record Rule(
      String rule,
      String message,
      String messageExpression,
      String reason,
      String fieldPath,
      Optional<Boolean> optionalOldSelf) {}

  /// Value validation of one node, as written in the schema; see [SchemaReader].
  ///
  /// @param keywords the raw validation keywords (`minimum`, `maxLength`, `pattern`, `enum`,
  ///     `oneOf`, `not`, …)
  public record Bounds(Map<String, JsonNode> keywords) {
    public static final Bounds NONE = new Bounds(Map.of());

    public Bounds {
      keywords = Map.copyOf(keywords);
    }

    public boolean isEmpty() {
      return keywords.isEmpty();
    }
  }

  /// Anything at all, kept as it is.
  public static final Schema ANYTHING =
      new Schema(
          Type.ANY,
          "",
          "",
          "",
          true,
          Map.of(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          true,
          false,
          ListType.ATOMIC,
          List.of(),
          false,
          "",
          Set.of(),
          Optional.empty(),
          Bounds.NONE,
          List.of());

  public Schema {
    properties =
        properties instanceof LazyProperties
            ? properties
            : Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    required = Set.copyOf(required);
    listMapKeys = List.copyOf(listMapKeys);
    patchStrategies = Set.copyOf(patchStrategies);
    rules = List.copyOf(rules);
  }

  /// A builder that starts from a bare type.
  public static Builder of(Type type) {
    return new Builder(type);
  }

  /// The shape of a field, or of a map's value; empty where the schema does not know the name.
  public Optional<Schema> field(String name) {
    Schema known = properties.get(name);
    return known != null ? Optional.of(known) : values;
  }

  /// Whether server-side apply treats the value as one piece.
  public boolean isAtomic() {
    return switch (type) {
      case ARRAY -> listType == ListType.ATOMIC;
      case OBJECT -> atomicMap;
      case ANY, STRING, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING -> false;
    };
  }

  /// Collects the parts of a schema; every part has a default.
  public static final class Builder {
    private final Type type;
    private String typeName = "";
    private String description = "";
    private String format = "";
    private boolean nullable;
    private Map<String, Schema> properties = new LinkedHashMap<>();
    private Set<String> required = Set.of();
    private Optional<Schema> values = Optional.empty();
    private Optional<Schema> items = Optional.empty();
    private boolean preserveUnknown;
    private boolean embedded;
    private ListType listType = ListType.ATOMIC;
    private List<String> listMapKeys = List.of();
    private boolean atomicMap;
    private String patchMergeKey = "";
    private Set<String> patchStrategies = Set.of();
    private Optional<JsonNode> defaultValue = Optional.empty();
    private Bounds bounds = Bounds.NONE;
    private List<Rule> rules = List.of();

    private Builder(Type type) {
      this.type = type;
    }

    public Builder typeName(String value) {
      typeName = value;
      return this;
    }

    public Builder description(String value) {
      description = value;
      return this;
    }

    public Builder format(String value) {
      format = value;
      return this;
    }

    public Builder nullable(boolean value) {
      nullable = value;
      return this;
    }

    public Builder property(String name, Schema value) {
      properties.put(name, value);
      return this;
    }

    /// All fields at once, built when one is first asked for.
    public Builder properties(LazyProperties value) {
      properties = value;
      return this;
    }

    public Builder required(Set<String> value) {
      required = value;
      return this;
    }

    public Builder values(Schema value) {
      values = Optional.of(value);
      return this;
    }

    public Builder items(Schema value) {
      items = Optional.of(value);
      return this;
    }

    public Builder preserveUnknown(boolean value) {
      preserveUnknown = value;
      return this;
    }

    public Builder embedded(boolean value) {
      embedded = value;
      return this;
    }

    public Builder list(ListType value, List<String> mapKeys) {
      listType = value;
      listMapKeys = mapKeys;
      return this;
    }

    public Builder atomicMap(boolean value) {
      atomicMap = value;
      return this;
    }

    public Builder patch(String mergeKey, Set<String> strategies) {
      patchMergeKey = mergeKey;
      patchStrategies = strategies;
      return this;
    }

    public Builder defaultValue(JsonNode value) {
      defaultValue = Optional.of(value);
      return this;
    }

    public Builder bounds(Bounds value) {
      bounds = value;
      return this;
    }

    public Builder rules(List<Rule> value) {
      rules = value;
      return this;
    }

    /// A last change written as a function, for readers that work in steps.
    public Builder with(UnaryOperator<Builder> change) {
      return change.apply(this);
    }

    public Schema build() {
      return new Schema(
          type,
          typeName,
          description,
          format,
          nullable,
          properties,
          required,
          values,
          items,
          preserveUnknown,
          embedded,
          listType,
          listMapKeys,
          atomicMap,
          patchMergeKey,
          patchStrategies,
          defaultValue,
          bounds,
          rules);
    }
  }
}
