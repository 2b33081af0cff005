package dev.slipway.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.slipway.apiserver.schema.Schema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Structural schemas as CEL types. A field whose shape says nothing has no type and cannot be
/// used. Source: `k8s.io/apiserver/pkg/cel/common/schemas.go`.
@SuppressWarnings("Immutable") // what the closures hold is copied and never changed
final class SchemaTypes {
  private static final Schema STRING = Schema.of(Schema.Type.STRING).build();
  private static final Schema METADATA =
      Schema.of(Schema.Type.OBJECT)
          .property("name", STRING)
          .property("generateName", STRING)
          .build();

  private final Map<String, StructType> structs = new HashMap<>();

  /// What the compiler asks for types by name.
  CelTypeProvider provider() {
    Map<String, StructType> known = Map.copyOf(structs);
    return new CelTypeProvider() {
      @Override
      public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(known.values());
      }

      @Override
      public Optional<CelType> findType(String name) {
        return Optional.ofNullable(known.get(name));
      }
    };
  }

  CelType dynamicFields(String name, Set<String> fields) {
    var types = new LinkedHashMap<String, CelType>();
    fields.forEach(field -> types.put(field, SimpleType.DYN));
    return struct("slipway." + name, types);
  }

  Optional<CelType> of(String name, Schema schema, boolean root) {
    return switch (schema.type()) {
      case INT_OR_STRING -> Optional.of(SimpleType.DYN);
      case BOOLEAN -> Optional.of(SimpleType.BOOL);
      case INTEGER -> Optional.of(SimpleType.INT);
      case NUMBER -> Optional.of(SimpleType.DOUBLE);
      case STRING -> Optional.of(text(schema.format()));
      case ARRAY ->
          schema
              .items()
              .flatMap(items -> of(name + ".item", items, items.embedded()))
              .map(ListType::create);
      case OBJECT -> object(name, schema, root);
      case ANY -> Optional.empty();
    };
  }

  private static CelType text(String format) {
    return switch (format) {
      case "byte" -> SimpleType.BYTES;
      case "duration" -> SimpleType.DURATION;
      case "date", "date-time" -> SimpleType.TIMESTAMP;
      default -> SimpleType.STRING;
    };
  }

  private Optional<CelType> object(String name, Schema schema, boolean root) {
    if (schema.values().isPresent() && schema.properties().isEmpty()) {
      Schema values = schema.values().get();
      return of(name + ".value", values, values.embedded())
          .map(value -> MapType.create(SimpleType.STRING, value));
    }
    var shapes = new LinkedHashMap<>(schema.properties());
    if (root) {
      shapes.put("apiVersion", STRING);
      shapes.put("kind", STRING);
      shapes.put("metadata", METADATA);
    }
    var types = new LinkedHashMap<String, CelType>();
    shapes.forEach(
        (field, shape) ->
            CelNames.escape(field)
                .ifPresent(
                    identifier ->
                        of(name + "." + identifier, shape, shape.embedded())
                            .ifPresent(type -> types.put(identifier, type))));
    return Optional.of(struct("slipway." + name, types));
  }

  private StructType struct(String name, Map<String, CelType> fields) {
    Map<String, CelType> known = Map.copyOf(fields);
    StructType type =
        StructType.create(
            name,
            ImmutableSet.copyOf(fields.keySet()),
            field -> Optional.ofNullable(known.get(field)));
    structs.put(name, type);
    return type;
  }
}
