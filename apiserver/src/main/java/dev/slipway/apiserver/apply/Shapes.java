package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.PathElement.KeyField;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What server-side apply asks of a schema: how a value is taken apart, and what names its parts.
///
/// A value without a schema is deduced: objects are taken apart, lists are one piece. Source:
/// `structured-merge-diff/typed/helpers.go`, `parser.go`.
final class Shapes {
  /// How a value is taken apart.
  enum Kind {
    /// One piece: a scalar, or anything atomic.
    LEAF,
    /// By field name.
    OBJECT,
    /// By key or value.
    LIST
  }

  /// Fields of built-in types that hold a structure by value: those with the default `{}` in
  /// `client-go/applyconfigurations/internal/internal.go`. Their names are telling but for the
  /// exceptions in [#BY_REFERENCE].
  private static final Set<String> BY_VALUE =
      Set.of(
          "backend",
          "clientConfig",
          "conditions",
          "current",
          "daemonEndpoints",
          "deprecatedSource",
          "describedObject",
          "involvedObject",
          "jobTemplate",
          "kubeletEndpoint",
          "lastState",
          "loadBalancer",
          "metadata",
          "metric",
          "nodeInfo",
          "podAffinityTerm",
          "port",
          "preference",
          "regarding",
          "resources",
          "roleRef",
          "scaleTargetRef",
          "source",
          "spec",
          "state",
          "status",
          "strategy",
          "target",
          "template",
          "updateStrategy");

  private static final Set<String> BY_REFERENCE =
      Set.of(
          "ContainerStatus.resources",
          "PodSpec.resources",
          "PodStatus.resources",
          "ReplicationControllerSpec.template");

  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();
  private static final Schema TEXTS = Schema.of(Schema.Type.OBJECT).values(TEXT).build();

  private static final Schema OWNER =
      Schema.of(Schema.Type.OBJECT)
          .property("uid", TEXT)
          .property("apiVersion", TEXT)
          .property("kind", TEXT)
          .property("name", TEXT)
          .property("controller", Schema.of(Schema.Type.BOOLEAN).build())
          .property("blockOwnerDeletion", Schema.of(Schema.Type.BOOLEAN).build())
          .atomicMap(true)
          .build();

  /// `metadata` of every object, whatever its own schema says of it.
  private static final Schema METADATA =
      Schema.of(Schema.Type.OBJECT)
          .typeName("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
          .property("name", TEXT)
          .property("generateName", TEXT)
          .property("namespace", TEXT)
          .property("selfLink", TEXT)
          .property("uid", TEXT)
          .property("resourceVersion", TEXT)
          .property("generation", Schema.of(Schema.Type.INTEGER).build())
          .property("creationTimestamp", TEXT)
          .property("deletionTimestamp", TEXT)
          .property("deletionGracePeriodSeconds", Schema.of(Schema.Type.INTEGER).build())
          .property("labels", TEXTS)
          .property("annotations", TEXTS)
          .property(
              "ownerReferences",
              Schema.of(Schema.Type.ARRAY).items(OWNER).list(ListType.MAP, List.of("uid")).build())
          .property(
              "finalizers",
              Schema.of(Schema.Type.ARRAY).items(TEXT).list(ListType.SET, List.of()).build())
          .property("managedFields", Schema.of(Schema.Type.ARRAY).build())
          .build();

  private Shapes() {}

  /// The schema of a whole object, with the shape of `metadata` all kinds share.
  static Schema ofObject(Schema declared) {
    Schema.Builder root =
        Schema.of(Schema.Type.OBJECT)
            .typeName(declared.typeName())
            .required(declared.required())
            .preserveUnknown(declared.preserveUnknown())
            .property("apiVersion", TEXT)
            .property("kind", TEXT)
            .property("metadata", METADATA);
    declared
        .properties()
        .forEach(
            (name, schema) -> {
              if (!Set.of("apiVersion", "kind", "metadata").contains(name)) {
                root.property(name, schema);
              }
            });
    declared.values().ifPresent(root::values);
    return root.build();
  }

  /// How a value is taken apart; null values are what their schema says, or leaves.
  static Kind kind(Schema schema, JsonNode value) {
    return switch (schema.type()) {
      case OBJECT ->
          schema.atomicMap() || !(value.isObject() || value.isNull()) ? Kind.LEAF : Kind.OBJECT;
      case ARRAY ->
          schema.listType() == ListType.ATOMIC || !(value.isArray() || value.isNull())
              ? Kind.LEAF
              : Kind.LIST;
      case ANY -> value.isObject() && isDeduced(schema) ? Kind.OBJECT : Kind.LEAF;
      case STRING, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING -> Kind.LEAF;
    };
  }

  private static boolean isDeduced(Schema any) {
    return any.preserveUnknown() || !any.properties().isEmpty();
  }

  /// The schema of a field; anything where the name is not declared.
  static Schema field(Schema object, String name) {
    @Nullable Schema declared = object.properties().get(name);
    return declared != null ? declared : object.values().orElse(Schema.ANYTHING);
  }

  static boolean isDeclared(Schema object, String name) {
    return object.properties().containsKey(name);
  }

  static Schema element(Schema list) {
    return list.items().orElse(Schema.ANYTHING);
  }

  /// The schema below a path element.
  static Schema below(Schema schema, PathElement element) {
    return element instanceof PathElement.Field(var name) ? field(schema, name) : element(schema);
  }

  /// What a field of a built-in type reads as where it is absent from a structure that is there:
  /// structures held by value are there even when empty, and required lists are there even when
  /// null. Null where absence is just that.
  static @Nullable JsonNode whenAbsent(Schema parent, String name, Schema field) {
    if (parent.typeName().isEmpty()) {
      return null;
    }
    if (field.type() == Schema.Type.OBJECT && !field.atomicMap()) {
      return isByValue(parent, name) ? Json.object() : null;
    }
    boolean required = field.type() == Schema.Type.ARRAY && parent.required().contains(name);
    return required ? NullNode.getInstance() : null;
  }

  private static boolean isByValue(Schema parent, String name) {
    if (!BY_VALUE.contains(name)) {
      return false;
    }
    String type = parent.typeName();
    String bare = type.substring(type.lastIndexOf('.') + 1);
    return !BY_REFERENCE.contains(bare + "." + name);
  }

  /// The fields of a value, or null where it is no object.
  static @Nullable ObjectNode object(@Nullable JsonNode value) {
    return value instanceof ObjectNode object ? object : null;
  }

  /// The elements of a value, or null where it is no list.
  static @Nullable ArrayNode array(@Nullable JsonNode value) {
    return value instanceof ArrayNode array ? array : null;
  }

  /// What names an element of an associative list or set.
  ///
  /// @throws MismatchException if the element has no key, or is none a set may hold
  static PathElement element(Schema list, JsonNode item) {
    return list.listType() == ListType.MAP ? key(list, item) : member(item);
  }

  private static PathElement key(Schema list, JsonNode item) {
    if (!(item instanceof ObjectNode object)) {
      throw new MismatchException(
          item.isNull()
              ? "associative list with keys may not have a null element"
              : "associative list with keys may not have non-map elements");
    }
    List<KeyField> fields = new ArrayList<>(list.listMapKeys().size());
    for (String name : list.listMapKeys()) {
      @Nullable JsonNode value = object.get(name);
      if (value != null) {
        fields.add(new KeyField(name, value));
      } else {
        standardKey(element(list), name).ifPresent(key -> fields.add(new KeyField(name, key)));
      }
    }
    if (fields.isEmpty()) {
      throw new MismatchException(
          "associative list with keys has an element that omits all key fields "
              + quoted(list.listMapKeys())
              + " (and doesn't have default values for any key fields)");
    }
    return new PathElement.Key(fields);
  }

  /// The value of a key field that an element leaves out: its default, or the zero value of a
  /// required field of a built-in type.
  private static Optional<JsonNode> standardKey(Schema element, String name) {
    Schema field = field(element, name);
    if (field.defaultValue().isPresent()
        || element.typeName().isEmpty()
        || !element.required().contains(name)) {
      return field.defaultValue();
    }
    return field.type() == Schema.Type.INTEGER
        ? Optional.of(LongNode.valueOf(0))
        : Optional.of(StringNode.valueOf(""));
  }

  private static PathElement member(JsonNode item) {
    return switch (item.getNodeType()) {
      case OBJECT ->
          throw new MismatchException(
              "associative list without keys has an element that's a map type");
      case ARRAY ->
          throw new MismatchException("not supported: associative list with lists as elements");
      case NULL, MISSING, POJO, BINARY ->
          throw new MismatchException(
              "associative list without keys has an element that's an explicit null");
      case STRING, NUMBER, BOOLEAN -> new PathElement.Value(item);
    };
  }

  private static String quoted(List<String> names) {
    return "[\"" + String.join("\" \"", names) + "\"]";
  }
}
