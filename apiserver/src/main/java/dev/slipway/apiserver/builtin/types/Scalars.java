package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.schema.Schema;
import java.util.Map;
import java.util.Optional;

/// The types the notation names in lower case: everything a definition ends in.
final class Scalars {
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String RUNTIME = "io.k8s.apimachinery.pkg.runtime.";

  private static final Map<String, Schema> BY_WORD =
      Map.ofEntries(
          Map.entry("string", Schema.of(Schema.Type.STRING).build()),
          Map.entry("boolean", Schema.of(Schema.Type.BOOLEAN).build()),
          Map.entry("int32", Schema.of(Schema.Type.INTEGER).format("int32").build()),
          Map.entry("int64", Schema.of(Schema.Type.INTEGER).format("int64").build()),
          Map.entry("double", Schema.of(Schema.Type.NUMBER).format("double").build()),
          Map.entry("byte", Schema.of(Schema.Type.STRING).format("byte").build()),
          Map.entry("time", named(Schema.Type.STRING, META + "Time", "date-time")),
          Map.entry("micro-time", named(Schema.Type.STRING, META + "MicroTime", "date-time")),
          Map.entry(
              "quantity",
              named(
                  Schema.Type.INT_OR_STRING, "io.k8s.apimachinery.pkg.api.resource.Quantity", "")),
          Map.entry(
              "int-or-string",
              named(
                  Schema.Type.INT_OR_STRING,
                  "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
                  "int-or-string")),
          Map.entry("raw", open(RUNTIME + "RawExtension")),
          Map.entry("fields", open(META + "FieldsV1")),
          Map.entry("object", open("")),
          Map.entry("any", Schema.ANYTHING));

  private Scalars() {}

  static Optional<Schema> named(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  private static Schema named(Schema.Type type, String typeName, String format) {
    return Schema.of(type).typeName(typeName).format(format).build();
  }

  private static Schema open(String typeName) {
    return Schema.of(Schema.Type.OBJECT).typeName(typeName).preserveUnknown(true).build();
  }
}
