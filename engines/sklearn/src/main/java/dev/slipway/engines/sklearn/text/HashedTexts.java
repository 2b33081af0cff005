package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.Rowwise.Norm;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import dev.slipway.inference.tensor.DataType;
import java.util.List;
import java.util.Optional;

/// `HashingVectorizer`: how often each term occurs, in the column its hash says.
final class HashedTexts implements Estimator.Transformer {
  private final Analyzer analyzer;
  private final Buckets buckets;
  private final boolean binary;
  private final Optional<Norm> norm;

  private HashedTexts(PyObject object) {
    this.analyzer = Analyzer.of(object);
    this.buckets = Buckets.of(object);
    this.binary = object.truth("binary", false);
    this.norm = object.has("norm") ? Optional.of(Norm.of(object.text("norm"))) : Optional.empty();
  }

  static Estimator.Transformer read(PyObject object, Estimators readers) {
    return new HashedTexts(object);
  }

  @Override
  public int features() {
    return 1;
  }

  @Override
  public List<DataType> featureTypes() {
    return List.of(DataType.BYTES);
  }

  @Override
  public Frame transform(Frame x) {
    var documents = Documents.of("HashingVectorizer", x);
    var rows = new SparseRows(documents.size(), buckets.count(), 32 * documents.size());
    var sums = new RowSums(rows, binary);
    for (var document : documents) {
      analyzer.each(document, term -> buckets.add(sums, term, 1));
      sums.endRow();
    }
    var counts = rows.frame();
    for (int row = 0; norm.isPresent() && row < counts.rows(); row++) {
      norm.get().divide(counts.values(), counts.starts()[row], counts.starts()[row + 1]);
    }
    return counts;
  }
}
