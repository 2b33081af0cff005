package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.Arithmetic;
import dev.slipway.engines.sklearn.preprocessing.Header;
import dev.slipway.engines.sklearn.preprocessing.NumericTransformer;
import dev.slipway.engines.sklearn.preprocessing.Rowwise.Norm;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import dev.slipway.inference.tensor.DataType;
import java.util.List;
import java.util.Optional;

/// Weights of terms: how often in the text, times how rare among texts (tf-idf), each row to
/// length one.
final class TermWeights implements Arithmetic {
  private final boolean logarithmic;
  private final double[] rarity;
  private final Optional<Norm> norm;
  private final boolean single;

  private TermWeights(PyObject object, boolean single) {
    this.logarithmic = object.truth("sublinear_tf", false);
    this.rarity = object.truth("use_idf", true) ? rarity(object) : new double[0];
    this.norm = object.has("norm") ? Optional.of(Norm.of(object.text("norm"))) : Optional.empty();
    this.single = single;
  }

  /// `TfidfTransformer`.
  static Estimator.Transformer transformer(PyObject object, Estimators readers) {
    var weights = new TermWeights(object, false);
    return new NumericTransformer(
        weights.rarity.length > 0
            ? Header.of(object).width(weights.rarity.length)
            : Header.of(object),
        NumericTransformer.Values.FINITE,
        weights);
  }

  /// `TfidfVectorizer`.
  static Estimator.Transformer vectorizer(PyObject object, Estimators readers) {
    var counts = WordCounts.read(object, readers);
    boolean single =
        object.attributes().get("dtype") instanceof PyGlobal type && type.name().equals("float32");
    return new Vectorizer(counts, new TermWeights(object.object("_tfidf"), single));
  }

  private record Vectorizer(WordCounts counts, TermWeights weights)
      implements Estimator.Transformer {
    @Override
    public int features() {
      return 1;
    }

    @Override
    public List<DataType> featureTypes() {
      return counts.featureTypes();
    }

    @Override
    public Frame transform(Frame x) {
      return weights.sparse(counts.transform(x));
    }
  }

  /// `idf_`; before scikit-learn 1.5 the diagonal of a matrix.
  private static double[] rarity(PyObject object) {
    if (object.has("idf_")) {
      return object.doubles("idf_");
    }
    return object.has("_idf_diag") ? object.object("_idf_diag").doubles("data") : new double[0];
  }

  @Override
  public Frame dense(Matrix x) {
    return sparse(SparseRows.of(x));
  }

  @Override
  public Frame sparse(Frame.Sparse x) {
    var values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      double value = logarithmic ? Math.log(values[i]) + 1 : values[i];
      values[i] = rarity.length == 0 ? value : value * rarity[x.indexes()[i]];
    }
    for (int row = 0; norm.isPresent() && row < x.rows(); row++) {
      norm.get().divide(values, x.starts()[row], x.starts()[row + 1]);
    }
    for (int i = 0; single && i < values.length; i++) {
      values[i] = (float) values[i];
    }
    return SparseRows.with(x, values);
  }
}
