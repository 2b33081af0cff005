package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.preprocessing.SparseRows;
import dev.slipway.inference.tensor.DataType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `CountVectorizer`: how often each term of a vocabulary occurs in a text.
final class WordCounts implements Estimator.Transformer {
  private final String name;
  private final Map<String, Integer> vocabulary;
  private final Analyzer analyzer;
  private final boolean binary;
  private final int width;

  private WordCounts(PyObject object) {
    this.name = object.name();
    this.vocabulary = vocabulary(object);
    this.analyzer = Analyzer.of(object, vocabulary.keySet());
    this.binary = object.truth("binary", false);
    this.width = vocabulary.size();
    for (var entry : vocabulary.entrySet()) {
      if (entry.getValue() < 0 || entry.getValue() >= width) {
        throw new UnsupportedEstimatorException(
            object.type()
                + ": vocabulary_ has "
                + width
                + " terms, and one at "
                + entry.getValue());
      }
    }
  }

  static WordCounts read(PyObject object, Estimators readers) {
    return new WordCounts(object);
  }

  private static Map<String, Integer> vocabulary(PyObject object) {
    var found = object.value(object.has("vocabulary_") ? "vocabulary_" : "vocabulary");
    var terms = new HashMap<String, Integer>();
    switch (found) {
      case Map<?, ?> map ->
          map.forEach((term, index) -> terms.put(String.valueOf(term), position(object, index)));
      case Set<?> set ->
          set.stream()
              .map(String::valueOf)
              .sorted(WordCounts::byCodePoint)
              .forEach(term -> terms.put(term, terms.size()));
      case Collection<?> list ->
          list.forEach(term -> terms.put(String.valueOf(term), terms.size()));
      default ->
          throw new UnsupportedEstimatorException(object.type() + ": vocabulary is " + found);
    }
    return terms;
  }

  private static int position(PyObject object, @org.jspecify.annotations.Nullable Object value) {
    if (value instanceof Number number) {
      return number.intValue();
    }
    throw new UnsupportedEstimatorException(object.type() + ": vocabulary_ maps to " + value);
  }

  private static int byCodePoint(String a, String b) {
    return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
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
  public List<String> featureNames() {
    return List.of();
  }

  @Override
  public Frame.Sparse transform(Frame x) {
    var documents = Documents.of(name, x);
    var rows = new SparseRows(documents.size(), width, 32 * documents.size());
    var sums = new RowSums(rows, binary);
    for (var document : documents) {
      analyzer.each(
          document,
          term -> {
            var column = vocabulary.get(term);
            if (column != null) {
              sums.add(column, 1);
            }
          });
      sums.endRow();
    }
    return rows.frame();
  }
}
