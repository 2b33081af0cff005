package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encoders that put a number for a category: `OrdinalEncoder` its position, `TargetEncoder` a mean
/// of the target.
final class CodedColumns implements Estimator.Transformer {
  private final EncodedInput input;

  /// The number of each category; the last entry is for unknown values. Several a column where the
  /// target has several classes.
  private final List<double[]> codes;

  private final boolean refuseUnknown;

  private CodedColumns(EncodedInput input, List<double[]> codes, boolean refuseUnknown) {
    this.input = input;
    this.codes = codes;
    this.refuseUnknown = refuseUnknown;
  }

  /// `OrdinalEncoder`.
  static Estimator.Transformer ordinal(PyObject object, Estimators readers) {
    var input = new EncodedInput(object);
    boolean refuseUnknown = object.text("handle_unknown", "error").equals("error");
    double unknown = refuseUnknown ? Double.NaN : object.number("unknown_value", Double.NaN);
    double missing = object.number("encoded_missing_value", Double.NaN);
    var codes = new ArrayList<double[]>();
    for (int column = 0; column < input.columns(); column++) {
      codes.add(ordinals(input, column, missing, unknown));
    }
    return new CodedColumns(input, codes, refuseUnknown);
  }

  private static double[] ordinals(EncodedInput input, int column, double missing, double unknown) {
    var groups = input.groups(column);
    var codes = new double[groups.length + 1];
    for (int i = 0; i < groups.length; i++) {
      codes[i] = i == input.categories(column).nan() ? missing : groups[i];
    }
    codes[groups.length] = unknown;
    return codes;
  }

  /// `TargetEncoder`.
  static Estimator.Transformer target(PyObject object, Estimators readers) {
    var input = new EncodedInput(object);
    var means = means(object.value("target_mean_"));
    var codes = new ArrayList<double[]>();
    for (var value : object.list("encodings_")) {
      if (!(value instanceof NdArray array)) {
        throw new UnsupportedEstimatorException(object.type() + ": encodings_ holds no array");
      }
      var own = array.doubles();
      var extended = Arrays.copyOf(own, own.length + 1);
      extended[own.length] = means[codes.size() % means.length];
      codes.add(extended);
    }
    return new CodedColumns(input, codes, false);
  }

  private static double[] means(@Nullable Object value) {
    return switch (value) {
      case NdArray array -> array.doubles();
      case Number number -> new double[] {number.doubleValue()};
      case null, default ->
          throw new UnsupportedEstimatorException("TargetEncoder: target_mean_ is no number");
    };
  }

  @Override
  public int features() {
    return input.columns();
  }

  @Override
  public List<String> featureNames() {
    return input.header().names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public List<DataType> featureTypes() {
    return input.types();
  }

  @Override
  public Frame transform(Frame x) {
    input.header().checkWidth(x);
    int perColumn = input.columns() == 0 ? 0 : codes.size() / input.columns();
    var out = Matrix.zeros(x.rows(), codes.size());
    for (int column = 0; column < input.columns(); column++) {
      var positions = input.positions(x, column);
      for (int row = 0; row < positions.length; row++) {
        if (positions[row] == Categories.UNKNOWN && refuseUnknown) {
          throw input.unknown(x, column);
        }
        for (int i = column * perColumn; i < (column + 1) * perColumn; i++) {
          out.values()[row * out.columns() + i] = code(codes.get(i), positions[row]);
        }
      }
    }
    return new Frame.Dense(out);
  }

  private static double code(double[] codes, int position) {
    return codes[position == Categories.UNKNOWN ? codes.length - 1 : position];
  }
}
