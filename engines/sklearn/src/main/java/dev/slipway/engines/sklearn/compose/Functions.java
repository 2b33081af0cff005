package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.Arithmetic;
import dev.slipway.engines.sklearn.preprocessing.Header;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/// `FunctionTransformer`, for functions of numpy that work value by value. A file only ever names a
/// function; those named here are computed here.
final class Functions {
  private static final Set<String> SAME =
      Set.of(
          "_identity",
          "array",
          "asarray",
          "ascontiguousarray",
          "asanyarray",
          "copy",
          "positive",
          "ravel",
          "squeeze",
          "atleast_2d");

  private static final Map<String, DoubleUnaryOperator> BY_NAME =
      Map.ofEntries(
          Map.entry("log", Math::log),
          Map.entry("log1p", Math::log1p),
          Map.entry("log10", Math::log10),
          Map.entry("log2", x -> Math.log(x) / Math.log(2)),
          Map.entry("exp", Math::exp),
          Map.entry("expm1", Math::expm1),
          Map.entry("exp2", x -> Math.pow(2, x)),
          Map.entry("sqrt", Math::sqrt),
          Map.entry("cbrt", Math::cbrt),
          Map.entry("square", x -> x * x),
          Map.entry("abs", Math::abs),
          Map.entry("absolute", Math::abs),
          Map.entry("fabs", Math::abs),
          Map.entry("negative", x -> -x),
          Map.entry("reciprocal", x -> 1 / x),
          Map.entry("sign", Math::signum),
          Map.entry("sin", Math::sin),
          Map.entry("cos", Math::cos),
          Map.entry("tan", Math::tan),
          Map.entry("arcsin", Math::asin),
          Map.entry("arccos", Math::acos),
          Map.entry("arctan", Math::atan),
          Map.entry("sinh", Math::sinh),
          Map.entry("cosh", Math::cosh),
          Map.entry("tanh", Math::tanh),
          Map.entry("arcsinh", Functions::arcsinh),
          Map.entry("floor", Math::floor),
          Map.entry("ceil", Math::ceil),
          Map.entry("rint", Math::rint),
          Map.entry("trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x)),
          Map.entry("degrees", x -> x * (180 / Math.PI)),
          Map.entry("rad2deg", x -> x * (180 / Math.PI)),
          Map.entry("radians", x -> x * (Math.PI / 180)),
          Map.entry("deg2rad", x -> x * (Math.PI / 180)),
          Map.entry("isnan", x -> Double.isNaN(x) ? 1 : 0),
          Map.entry("isfinite", x -> Double.isFinite(x) ? 1 : 0),
          Map.entry("logical_not", x -> x == 0 ? 1 : 0),
          Map.entry("nan_to_num", Functions::finite));

  private Functions() {}

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    var function = object.attributes().get("func");
    if (function == null || (function instanceof PyGlobal named && same(named))) {
      return new Identity(object.integer("n_features_in_", -1));
    }
    if (!(function instanceof PyGlobal named)
        || !(named.module().startsWith("numpy"))
        || !BY_NAME.containsKey(named.name())) {
      throw new UnsupportedEstimatorException(
          "FunctionTransformer: func "
              + function
              + " is not evaluated here; known are numpy's "
              + String.join(", ", BY_NAME.keySet().stream().sorted().toList()));
    }
    if (hasArguments(object)) {
      throw new UnsupportedEstimatorException(
          "FunctionTransformer: kw_args of " + named + " are not evaluated here");
    }
    return new NumericTransformer(
        Header.of(object),
        object.truth("validate", false)
            ? NumericTransformer.Values.FINITE
            : NumericTransformer.Values.ANY,
        new Elementwise(BY_NAME.get(named.name())));
  }

  private static boolean same(PyGlobal function) {
    return (function.module().startsWith("numpy") || function.module().startsWith("sklearn"))
        && SAME.contains(function.name());
  }

  private static boolean hasArguments(PyObject object) {
    return switch (object.attributes().get("kw_args")) {
      case Map<?, ?> map -> !map.isEmpty();
      case Collection<?> some -> !some.isEmpty();
      case null, default -> false;
    };
  }

  private static double arcsinh(double x) {
    double size = Math.abs(x);
    return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), x);
  }

  private static double finite(double x) {
    return Double.isNaN(x) ? 0 : Math.min(Math.max(x, -Double.MAX_VALUE), Double.MAX_VALUE);
  }

  private record Elementwise(DoubleUnaryOperator function) implements Arithmetic {
    @Override
    public Frame dense(Matrix x) {
      return new Frame.Dense(new Matrix(each(x.values()), x.rows(), x.columns()));
    }

    @Override
    public Frame sparse(Frame.Sparse x) {
      return function.applyAsDouble(0) == 0
          ? SparseRows.with(x, each(x.values()))
          : dense(x.matrix());
    }

    private double[] each(double... values) {
      var out = new double[values.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = function.applyAsDouble(values[i]);
      }
      return out;
    }
  }
}
