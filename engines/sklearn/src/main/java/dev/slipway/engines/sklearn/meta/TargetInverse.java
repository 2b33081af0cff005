package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// `inverse_transform` of the transformers one puts on a target: column by column.
@FunctionalInterface
interface TargetInverse {
  /// numpy's and scipy's functions by name, as far as they undo another.
  Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.ofEntries(
          Map.entry("exp", Math::exp),
          Map.entry("expm1", Math::expm1),
          Map.entry("exp2", x -> Math.pow(2, x)),
          Map.entry("log", Math::log),
          Map.entry("log1p", Math::log1p),
          Map.entry("log2", x -> Math.log(x) / Math.log(2)),
          Map.entry("log10", Math::log10),
          Map.entry("sqrt", Math::sqrt),
          Map.entry("square", x -> x * x),
          Map.entry("cbrt", Math::cbrt),
          Map.entry("sinh", Math::sinh),
          Map.entry("tanh", Math::tanh),
          Map.entry("negative", x -> -x),
          Map.entry("reciprocal", x -> 1 / x),
          Map.entry("expit", x -> 1 / (1 + Math.exp(-x))),
          Map.entry("logit", x -> Math.log(x / (1 - x))));

  /// @param values `[rows, columns]`, as a regressor predicts them
  Matrix of(Matrix values);

  static TargetInverse of(PyObject transformer, Estimators readers) {
    return switch (transformer.name()) {
      case "FunctionTransformer" -> function(transformer);
      case "StandardScaler" ->
          linear(
              numbers(transformer, "scale_", "with_std"),
              numbers(transformer, "mean_", "with_mean"));
      case "RobustScaler" ->
          linear(
              numbers(transformer, "scale_", "with_scaling"),
              numbers(transformer, "center_", "with_centering"));
      case "MaxAbsScaler" -> linear(Optional.of(transformer.doubles("scale_")), Optional.empty());
      case "MinMaxScaler" -> minMax(transformer.doubles("scale_"), transformer.doubles("min_"));
      case "PowerTransformer" -> power(transformer);
      default -> other(transformer, readers);
    };
  }

  private static TargetInverse other(PyObject transformer, Estimators readers) {
    if (readers.read(transformer) instanceof Estimator.Inverse able) {
      return able::inverseTransform;
    }
    throw new UnsupportedEstimatorException(
        transformer.type()
            + ": inverse_transform is not evaluated here; export the model to ONNX, or serve it"
            + " with a process runtime");
  }

  private static TargetInverse function(PyObject transformer) {
    var named = transformer.attributes().get("inverse_func");
    if (named == null) {
      return values -> values;
    }
    if (named instanceof PyGlobal global
        && (global.module().startsWith("numpy") || global.module().startsWith("scipy"))) {
      var known = FUNCTIONS.get(global.name());
      if (known != null) {
        return each(Integer.MAX_VALUE, (column, value) -> known.applyAsDouble(value));
      }
    }
    throw new UnsupportedEstimatorException(
        transformer.type()
            + ": inverse_func "
            + named
            + " is not evaluated here (expected one of numpy's "
            + String.join(", ", FUNCTIONS.keySet().stream().sorted().toList())
            + "); export the model to ONNX, or serve it with a process runtime");
  }

  /// What is done to one value of a column.
  interface Cell {
    double of(int column, double value);
  }

  private static TargetInverse each(int columns, Cell cell) {
    return values -> {
      if (columns != Integer.MAX_VALUE && values.columns() != columns) {
        throw new IllegalStateException(
            values.columns() + " columns of a target that has " + columns);
      }
      var back = Matrix.zeros(values.rows(), values.columns());
      for (int i = 0; i < back.values().length; i++) {
        back.values()[i] = cell.of(i % values.columns(), values.values()[i]);
      }
      return back;
    };
  }

  private static Optional<double[]> numbers(PyObject object, String attribute, String flag) {
    return object.truth(flag, true) && object.attributes().get(attribute) instanceof NdArray array
        ? Optional.of(array.doubles())
        : Optional.empty();
  }

  private static TargetInverse linear(Optional<double[]> scale, Optional<double[]> shift) {
    int columns = scale.or(() -> shift).map(array -> array.length).orElse(Integer.MAX_VALUE);
    return each(
        columns,
        (column, value) -> {
          double scaled = scale.isPresent() ? value * scale.get()[column] : value;
          return shift.isPresent() ? scaled + shift.get()[column] : scaled;
        });
  }

  private static TargetInverse minMax(double[] scale, double[] least) {
    return each(scale.length, (column, value) -> (value - least[column]) / scale[column]);
  }

  private static TargetInverse power(PyObject transformer) {
    var lambdas = transformer.doubles("lambdas_");
    boolean boxCox = transformer.text("method", "yeo-johnson").equals("box-cox");
    var unpowered =
        each(
            lambdas.length,
            (column, value) ->
                boxCox
                    ? Powers.boxCox(value, lambdas[column])
                    : Powers.yeoJohnson(value, lambdas[column]));
    if (!transformer.truth("standardize", true)) {
      return unpowered;
    }
    var scaler = transformer.object("_scaler");
    var unscaled =
        linear(numbers(scaler, "scale_", "with_std"), numbers(scaler, "mean_", "with_mean"));
    return values -> unpowered.of(unscaled.of(values));
  }
}
