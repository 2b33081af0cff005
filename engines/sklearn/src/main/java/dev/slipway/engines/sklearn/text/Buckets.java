package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// The hashing trick: a feature's column is its hash, and every other one counts negative.
///
/// @param count `n_features`
/// @param alternating `alternate_sign`
record Buckets(int count, boolean alternating) {
  Buckets {
    if (count < 1) {
      throw new UnsupportedEstimatorException("n_features of " + count);
    }
  }

  static Buckets of(PyObject object) {
    return new Buckets(object.integer("n_features", 1 << 20), object.truth("alternate_sign", true));
  }

  /// Adds a feature to a row; zeros are left out.
  void add(RowSums row, String feature, double value) {
    if (value == 0) {
      return;
    }
    int hash = Murmur3.hash(feature);
    int column =
        hash == Integer.MIN_VALUE
            ? (Integer.MAX_VALUE - (count - 1)) % count
            : Math.abs(hash) % count;
    row.add(column, alternating && hash < 0 ? -value : value);
  }
}
