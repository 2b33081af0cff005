package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.layout.InputSchema;
import dev.slipway.inference.layout.InputSchema.Column;
import dev.slipway.inference.layout.InputSchema.TensorSpec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Holds requests to an MLflow signature: what is missing is named, what is too much is left out,
/// and values become the kind the signature has where nothing is lost by it.
///
/// Source: MLflow 3, `mlflow/models/utils.py` (`_enforce_schema`) and
/// `mlflow/utils/proto_json_utils.py` (`cast_df_types_according_to_schema`). Differences, all on
/// purpose: a float with a fraction is refused where a whole number is wanted, a matrix as wide as
/// the signature may come without names, and integers of any width become floats.
final class SchemaRules {
  private final String model;
  private final InputSchema schema;

  SchemaRules(String model, InputSchema schema) {
    this.model = model;
    this.schema = schema;
  }

  /// The call as the signature has it.
  ///
  /// @throws InvalidInputException naming what is missing, or the input whose values do not fit
  Invocation applied(Invocation call) {
    var inputs =
        switch (schema) {
          case InputSchema.Columns(var columns) -> columns(columns, call.inputs());
          case InputSchema.Tensors(var tensors) -> tensors(tensors, call.inputs());
        };
    return new Invocation(call.signature(), inputs, call.outputs(), call.parameters());
  }

  private List<Tensor> columns(List<Column> columns, List<Tensor> given) {
    boolean named = columns.stream().noneMatch(column -> column.name().isEmpty());
    if (given.size() == 1 && isMatrix(given.getFirst(), columns)) {
      return matrix(columns, given.getFirst(), named);
    }
    if (!named) {
      return byPlace(columns, given);
    }
    if (columns.size() == 1 && given.size() == 1) {
      return List.of(column(columns.getFirst(), given.getFirst().named(columns.getFirst().name())));
    }
    var byName = byName(given);
    var required = columns.stream().filter(Column::required).map(Column::name).toList();
    requireAll(required, columns.stream().map(Column::name).toList(), byName);
    var inputs = new ArrayList<Tensor>();
    for (var each : columns) {
      var tensor = byName.get(each.name());
      if (tensor != null) {
        inputs.add(column(each, tensor));
      }
    }
    return inputs;
  }

  /// A tensor of rows, which is no column of the signature itself.
  private static boolean isMatrix(Tensor tensor, List<Column> columns) {
    return tensor.shape().length == 2
        && (tensor.width() > 1 || columns.size() == 1)
        && columns.stream().noneMatch(column -> column.name().equals(tensor.name()));
  }

  private List<Tensor> matrix(List<Column> columns, Tensor tensor, boolean named) {
    int width = tensor.width();
    if (width < columns.size() || (named && width > columns.size())) {
      throw new InvalidInputException(
          "Model "
              + model
              + ": the signature declares "
              + columns.size()
              + " inputs but the provided input has "
              + width
              + "; expected "
              + columns.stream().map(Column::name).toList());
    }
    if (columns.stream().map(Column::kind).distinct().count() == 1) {
      return List.of(column(columns.getFirst(), tensor));
    }
    for (var each : columns) {
      boolean text = each.kind().equals("string");
      if (each.type().isPresent() && !text && tensor.type() == DataType.BYTES) {
        throw refused(each.name(), tensor, each.kind());
      }
    }
    return List.of(tensor);
  }

  private List<Tensor> byPlace(List<Column> columns, List<Tensor> given) {
    if (given.size() < columns.size()) {
      throw new InvalidInputException(
          "Model "
              + model
              + " is missing inputs. The model signature declares "
              + columns.size()
              + " inputs but the provided input only has "
              + given.size());
    }
    var inputs = new ArrayList<Tensor>();
    for (int i = 0; i < columns.size(); i++) {
      inputs.add(column(columns.get(i), given.get(i)));
    }
    return inputs;
  }

  private static Map<String, Tensor> byName(List<Tensor> given) {
    var byName = new HashMap<String, Tensor>();
    given.forEach(tensor -> byName.put(tensor.name(), tensor));
    return byName;
  }

  private void requireAll(List<String> required, List<String> known, Map<String, Tensor> given) {
    var missing = required.stream().filter(name -> !given.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      var extra = given.keySet().stream().filter(name -> !known.contains(name)).sorted().toList();
      throw new InvalidInputException(
          "Model "
              + model
              + " is missing inputs "
              + missing
              + "."
              + (extra.isEmpty() ? "" : " Note that there were extra inputs: " + extra));
    }
  }

  private Tensor column(Column column, Tensor tensor) {
    if (column.type().isEmpty()) {
      return tensor;
    }
    return switch (column.kind()) {
      case "string", "datetime" -> tensor;
      case "binary" -> decoded(tensor);
      default ->
          fitted(
              column.name().isEmpty() ? tensor.name() : column.name(),
              tensor,
              column.kind(),
              column.type().get());
    };
  }

  private Tensor decoded(Tensor tensor) {
    if (tensor.type() != DataType.BYTES) {
      throw refused(tensor.name(), tensor, "binary");
    }
    var values = tensor.strings();
    var bytes = new byte[values.length][];
    try {
      for (int i = 0; i < values.length; i++) {
        bytes[i] = tensor.isMissing(i) ? Tensor.MISSING : Base64.getMimeDecoder().decode(values[i]);
      }
    } catch (IllegalArgumentException _) {
      throw refused(tensor.name(), tensor, "binary (base64)");
    }
    return Tensor.of(tensor.name(), DataType.BYTES, tensor.shape(), bytes);
  }

  private List<Tensor> tensors(List<TensorSpec> specs, List<Tensor> given) {
    if (specs.size() == 1 && given.size() == 1) {
      return List.of(tensor(specs.getFirst(), given.getFirst()));
    }
    var byName = byName(given);
    var required = specs.stream().filter(TensorSpec::required).map(TensorSpec::name).toList();
    requireAll(required, specs.stream().map(TensorSpec::name).toList(), byName);
    var inputs = new ArrayList<Tensor>();
    for (var each : specs) {
      var tensor = byName.get(each.name());
      if (tensor != null) {
        inputs.add(tensor(each, tensor));
      }
    }
    return inputs;
  }

  private Tensor tensor(TensorSpec spec, Tensor tensor) {
    boolean fits = spec.shape().size() == tensor.shape().length;
    for (int i = 0; fits && i < tensor.shape().length; i++) {
      fits = spec.shape().get(i) < 0 || spec.shape().get(i) == tensor.shape()[i];
    }
    if (!fits) {
      throw new InvalidInputException(
          "Model "
              + model
              + ": shape of input \""
              + tensor.name()
              + "\" "
              + Arrays.toString(tensor.shape())
              + " does not match expected shape "
              + spec.shape());
    }
    return spec.type() == DataType.BYTES
        ? tensor
        : fitted(tensor.name(), tensor, spec.type().toString(), spec.type());
  }

  /// The same values in another type, if each has its like there.
  private Tensor fitted(String name, Tensor tensor, String kind, DataType type) {
    if (tensor.type() == type) {
      return tensor;
    }
    var numbers = tensor.type() == DataType.BYTES ? numbers(name, tensor, kind) : tensor;
    if (type.floating()) {
      return numbers.cast(type);
    }
    var values = numbers.asDoubles();
    var cast = type == DataType.BOOL ? truths(numbers, values) : numbers.cast(type);
    if (!Arrays.equals(cast.asDoubles(), values)) {
      throw refused(name, tensor, kind);
    }
    return cast;
  }

  private static Tensor truths(Tensor numbers, double... values) {
    var truths = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      truths[i] = (byte) (values[i] == 1 ? 1 : 0);
    }
    return Tensor.of(numbers.name(), DataType.BOOL, numbers.shape(), truths);
  }

  /// Texts of numbers, as pandas reads them; no text is NaN.
  private Tensor numbers(String name, Tensor tensor, String kind) {
    var values = new double[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = tensor.isMissing(i) ? Double.NaN : number(tensor.text(i));
      } catch (NumberFormatException _) {
        throw refused(name, tensor, kind);
      }
    }
    return Tensor.ofDoubles(tensor.name(), tensor.shape(), values);
  }

  private static double number(String text) {
    var plain = text.strip();
    return plain.equalsIgnoreCase("nan") ? Double.NaN : Double.parseDouble(plain);
  }

  private InvalidInputException refused(String name, Tensor tensor, String kind) {
    return new InvalidInputException(
        "Model "
            + model
            + ": incompatible input types for column "
            + name
            + ". Can not safely convert "
            + tensor.type()
            + " to "
            + kind
            + first(tensor));
  }

  private static String first(Tensor tensor) {
    if (tensor.size() == 0) {
      return "";
    }
    var value =
        tensor.type() == DataType.BYTES
            ? new String(tensor.strings()[0], StandardCharsets.UTF_8)
            : Double.toString(tensor.asDoubles()[0]);
    return "; found \"" + value.substring(0, Math.min(40, value.length())) + "\" first";
  }
}
