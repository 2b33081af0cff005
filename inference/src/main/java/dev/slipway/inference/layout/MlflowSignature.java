package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.layout.InputSchema.Column;
import dev.slipway.inference.layout.InputSchema.TensorSpec;
import dev.slipway.inference.tensor.DataType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `signature` of an `MLmodel`: JSON texts for inputs and outputs, of columns or of tensors.
final class MlflowSignature {
  private final Path file;
  private final List<InputSchema> sides = new ArrayList<>();

  MlflowSignature(Path file, ObjectNode signature) throws ModelLoadException {
    this.file = file;
    sides.add(side(signature, "inputs"));
    sides.add(side(signature, "outputs"));
  }

  Signature signature() {
    return new Signature(specs(sides.getFirst(), "input"), specs(sides.getLast(), "output"));
  }

  /// Empty where the signature says nothing of inputs.
  Optional<InputSchema> schema() {
    return switch (sides.getFirst()) {
      case InputSchema.Columns(var columns) when columns.isEmpty() -> Optional.empty();
      case InputSchema some -> Optional.of(some);
    };
  }

  private InputSchema side(ObjectNode signature, String side) throws ModelLoadException {
    JsonNode list = signature.path(side);
    if (list.isString()) {
      try {
        list = Json.parse(list.stringValue().getBytes(StandardCharsets.UTF_8));
      } catch (JacksonException e) {
        throw Reading.at(file, "signature." + side + " is no JSON: " + e.getOriginalMessage());
      }
    }
    return list.isArray() && Json.text(list.path(0), "type").equals("tensor")
        ? tensors(list, side)
        : columns(list);
  }

  private static InputSchema columns(JsonNode list) {
    var columns = new ArrayList<Column>();
    for (JsonNode each : list) {
      String kind = Json.text(each, "type").toLowerCase(java.util.Locale.ROOT);
      columns.add(
          new Column(
              Json.text(each, "name"), kind, type(kind), each.path("required").asBoolean(true)));
    }
    return new InputSchema.Columns(columns);
  }

  private static Optional<DataType> type(String kind) {
    return switch (kind) {
      case "boolean" -> Optional.of(DataType.BOOL);
      case "integer" -> Optional.of(DataType.INT32);
      case "long" -> Optional.of(DataType.INT64);
      case "float" -> Optional.of(DataType.FP32);
      case "double" -> Optional.of(DataType.FP64);
      case "string", "binary", "datetime" -> Optional.of(DataType.BYTES);
      default -> Optional.empty();
    };
  }

  private InputSchema tensors(JsonNode list, String side) throws ModelLoadException {
    var tensors = new ArrayList<TensorSpec>();
    for (JsonNode each : list) {
      JsonNode spec = each.path("tensor-spec");
      var shape = new ArrayList<Long>();
      spec.path("shape").forEach(size -> shape.add(size.asLong(-1)));
      tensors.add(
          new TensorSpec(
              Json.text(each, "name"),
              dtype(Json.text(spec, "dtype"), side),
              shape,
              each.path("required").asBoolean(true)));
    }
    return new InputSchema.Tensors(tensors);
  }

  private DataType dtype(String dtype, String side) throws ModelLoadException {
    return switch (dtype) {
      case "float16" -> DataType.FP16;
      case "float32" -> DataType.FP32;
      case "float64" -> DataType.FP64;
      case "bool" -> DataType.BOOL;
      case "object", "str", "bytes" -> DataType.BYTES;
      default -> {
        if (dtype.matches("<?[US]\\d*|datetime64.*")) {
          yield DataType.BYTES;
        }
        yield DataType.parse(dtype)
            .orElseThrow(
                () ->
                    Reading.at(
                        file,
                        "signature."
                            + side
                            + " has the dtype \""
                            + dtype
                            + "\", which no tensor has here"));
      }
    };
  }

  private static List<Signature.Spec> specs(InputSchema side, String unnamed) {
    var specs = new ArrayList<Signature.Spec>();
    switch (side) {
      case InputSchema.Columns(var columns) -> {
        for (Column each : columns) {
          String name = each.name().isEmpty() ? unnamed + "-" + specs.size() : each.name();
          DataType type = each.type().orElse(DataType.BYTES);
          specs.add(new Signature.Spec(name, type, List.of(-1L, 1L), !each.required()));
        }
      }
      case InputSchema.Tensors(var tensors) -> {
        for (TensorSpec each : tensors) {
          String name = each.name().isEmpty() ? unnamed + "-" + specs.size() : each.name();
          specs.add(new Signature.Spec(name, each.type(), each.shape(), !each.required()));
        }
      }
    }
    return specs;
  }
}
