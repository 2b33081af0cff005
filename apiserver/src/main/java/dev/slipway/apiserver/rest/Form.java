package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import java.util.List;
import java.util.Locale;

/// How an answer is to be written: the object, a table of it, or its metadata alone; JSON or YAML.
///
/// Negotiated from `Accept`, as `k8s.io/apiserver/pkg/endpoints/handlers/negotiation` does.
record Form(Shape shape, boolean yaml) {
  /// What the client wants to see of an object.
  enum Shape {
    OBJECT,
    TABLE,
    METADATA
  }

  static final Form PLAIN = new Form(Shape.OBJECT, false);

  private static final List<String> OFFERED =
      List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

  String mediaType() {
    return yaml ? Bodies.YAML : Bodies.JSON;
  }

  /// The first form of the client's list that can be given.
  ///
  /// @param accept the header's value; empty for anything
  /// @throws ApiException 406 where none can
  static Form of(String accept) {
    if (accept.isBlank()) {
      return PLAIN;
    }
    for (String clause : accept.split(",", -1)) {
      Form form = clause(clause.strip().toLowerCase(Locale.ROOT));
      if (form != null) {
        return form;
      }
    }
    throw ApiException.notAcceptable(OFFERED.subList(0, 2));
  }

  @org.jspecify.annotations.Nullable
  private static Form clause(String clause) {
    String[] parts = clause.split(";", -1);
    String type = parts[0].strip();
    boolean yaml = type.equals(Bodies.YAML);
    boolean json = type.equals(Bodies.JSON) || type.equals("*/*") || type.equals("application/*");
    if (!yaml && !json) {
      return null;
    }
    Shape shape = Shape.OBJECT;
    boolean known = true;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("as=")) {
        shape = shape(parameter.substring(3));
        known = shape != Shape.OBJECT;
      } else if (parameter.startsWith("g=")) {
        known &= parameter.equals("g=meta.k8s.io");
      } else if (parameter.startsWith("v=")) {
        known &= parameter.equals("v=v1") || parameter.equals("v=v1beta1");
      }
    }
    return known ? new Form(shape, yaml) : null;
  }

  private static Shape shape(String as) {
    return switch (as) {
      case "table" -> Shape.TABLE;
      case "partialobjectmetadata", "partialobjectmetadatalist" -> Shape.METADATA;
      default -> Shape.OBJECT;
    };
  }
}
