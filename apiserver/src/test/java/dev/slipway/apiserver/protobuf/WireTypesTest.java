package dev.slipway.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.builtin.types.BuiltinResources;
import dev.slipway.apiserver.protobuf.WireType.Scalar;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WireTypesTest {
  private static final Strategy PLAIN = new Strategy() {};

  /// Nobody sends them encoded: one is served under `v1` for old manifests alone, the others are
  /// measured and only read.
  private static final Set<String> TEXT_ONLY =
      Set.of(
          "v1 PodSecurityPolicy",
          "metrics.k8s.io/v1beta1 NodeMetrics",
          "metrics.k8s.io/v1beta1 PodMetrics");

  private final WireTypes types = WireTypes.builtin();
  private final List<String> differences = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  @Test
  void everyBuiltInKindHasAMessageWithTheFieldsOfItsSchema() {
    for (Resource resource : BuiltinResources.all(_ -> PLAIN, _ -> List.of())) {
      if (TEXT_ONLY.contains(resource.apiVersion() + " " + resource.kind())) {
        continue;
      }
      Optional<String> name = types.kind(resource.apiVersion(), resource.kind());
      assertThat(name).as(resource.gvk().toString()).isPresent();
      compare(name.orElseThrow(), resource.schema(), true);
    }
    assertThat(differences).isEmpty();
    assertThat(seen.size()).isGreaterThan(300);
  }

  private void compare(String name, Schema schema, boolean whole) {
    if (schema.properties().isEmpty() || !seen.add(name)) {
      return;
    }
    Map<String, WireType> fields = new HashMap<>();
    flatten(name, fields);
    schema
        .properties()
        .forEach(
            (field, shape) -> {
              WireType type = fields.remove(field);
              boolean typeMeta = whole && (field.equals("apiVersion") || field.equals("kind"));
              if (type != null) {
                compare(name + "." + field, type, shape);
              } else if (!typeMeta) {
                differences.add(name + "." + field + " has no number");
              }
            });
    fields.keySet().forEach(left -> differences.add(name + "." + left + " is in no schema"));
  }

  private void flatten(String name, Map<String, WireType> fields) {
    for (WireTypes.Field field : types.message(name).fields().values()) {
      if (field.name().isEmpty() && field.type() instanceof WireType.Message(String inner)) {
        flatten(inner, fields);
      } else {
        fields.put(field.name(), field.type());
      }
    }
  }

  private void compare(String where, WireType type, Schema shape) {
    boolean same =
        switch (type) {
          case WireType.ListOf(WireType element) -> inside(where, element, shape.items());
          case WireType.MapOf(WireType value) -> inside(where, value, shape.values());
          case WireType.Message(String name) -> {
            compare(name, shape, false);
            yield shape.type() == Schema.Type.OBJECT;
          }
          case WireType.Choice _ -> true;
          case Scalar scalar -> fits(scalar, shape);
        };
    if (!same) {
      differences.add(where + " is " + type + ", not " + shape.type() + " " + shape.format());
    }
  }

  private boolean inside(String where, WireType type, Optional<Schema> shape) {
    shape.ifPresent(each -> compare(where, type, each));
    return shape.isPresent();
  }

  private static boolean fits(Scalar scalar, Schema shape) {
    return switch (scalar) {
      case STRING -> shape.type() == Schema.Type.STRING && shape.format().isEmpty();
      case BYTE -> shape.format().equals("byte");
      case TIME -> shape.typeName().endsWith(".Time");
      case MICRO_TIME -> shape.typeName().endsWith(".MicroTime");
      case BOOLEAN -> shape.type() == Schema.Type.BOOLEAN;
      case INT32 -> shape.format().equals("int32");
      case INT64 -> shape.format().equals("int64");
      case DOUBLE -> shape.type() == Schema.Type.NUMBER;
      case QUANTITY -> shape.typeName().endsWith(".Quantity");
      case INT_OR_STRING -> shape.typeName().endsWith(".IntOrString");
      case FIELDS -> shape.typeName().endsWith(".FieldsV1");
      case RAW -> shape.preserveUnknown();
    };
  }
}
