package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// `SimpleImputer`: a column's own value for each missing one. Columns that had no value when it
/// was fitted are left out, unless it keeps them.
final class SimpleImputer implements Estimator.Transformer {
  private final Header header;
  private final Missing missing;
  private final @Nullable Object[] statistics;

  /// The statistics as numbers; empty where they are Python objects.
  private final double[] numbers;

  /// Columns that stay.
  private final int[] kept;

  /// Columns whose flags are added.
  private final int[] flagged;

  private SimpleImputer(PyObject object) {
    var found = object.array("statistics_");
    this.numbers = ofNumbers(object, found) ? found.doubles() : new double[0];
    this.statistics =
        found.storage() instanceof Object[] values
            ? values
            : Arrays.stream(numbers).boxed().toArray();
    this.header = Header.of(object).width(statistics.length);
    this.missing = Missing.of(object);
    this.flagged = Indicators.added(object);
    boolean keepsEmpty = object.truth("keep_empty_features", false);
    this.kept =
        IntStream.range(0, statistics.length)
            .filter(column -> keepsEmpty || !PyValues.isNan(statistics[column]))
            .toArray();
  }

  /// Whether it was fitted on numbers; what it fills in may be held as Python objects even then.
  private static boolean ofNumbers(PyObject object, NdArray statistics) {
    if (!(statistics.storage() instanceof Object[] values)) {
      return true;
    }
    boolean fittedOnObjects =
        !(object.attributes().get("_fit_dtype") instanceof PyObject type)
            || type.arguments().isEmpty()
            || String.valueOf(type.arguments().getFirst()).startsWith("O");
    return !fittedOnObjects && Arrays.stream(values).allMatch(Number.class::isInstance);
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    return new SimpleImputer(object);
  }

  @Override
  public int features() {
    return header.features();
  }

  @Override
  public List<String> featureNames() {
    return header.names();
  }

  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public List<DataType> featureTypes() {
    return Arrays.stream(statistics).anyMatch(String.class::isInstance)
        ? Collections.nCopies(statistics.length, DataType.BYTES)
        : List.of();
  }

  @Override
  public Frame transform(Frame x) {
    header.checkWidth(x);
    return numbers.length > 0 || statistics.length == 0 ? numbers(x.matrix()) : objects(x);
  }

  private Frame numbers(Matrix x) {
    header.checkFinite(x.values(), x.columns(), missing.nan());
    var out = Matrix.zeros(x.rows(), kept.length);
    int at = 0;
    for (int row = 0; row < x.rows(); row++) {
      for (int column : kept) {
        double value = x.at(row, column);
        out.values()[at++] = missing.matches(value) ? numbers[column] : value;
      }
    }
    return new Frame.Dense(
        flagged.length == 0 ? out : Indicators.append(out, missing.mask(x), x.columns(), flagged));
  }

  private Frame objects(Frame x) {
    var columns = new ArrayList<Object>();
    for (int column : kept) {
      columns.add(filled(x.column(column), column));
    }
    for (int column : flagged) {
      columns.add(Indicators.flags(x.column(column), missing));
    }
    return new Frame.Table(x.rows(), List.of(), columns);
  }

  private Object filled(@Nullable Object[] values, int column) {
    var filled = values.clone();
    for (int row = 0; row < filled.length; row++) {
      if (missing.matches(filled[row])) {
        filled[row] = statistics[column];
      } else if (!missing.nan() && PyValues.isNan(filled[row])) {
        throw header.refusedNan(" in column " + column);
      }
    }
    return filled;
  }
}
