package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.inference.trees.Forest;
import java.util.List;

/// `RandomTreesEmbedding`: the leaves a row falls into, one-hot.
///
/// @param encoder of the numbers of leaves, a column a tree
record TreesEmbedding(SinglePrecision input, Forest forest, Estimator.Transformer encoder)
    implements Estimator.Transformer {
  /// Its trees know where missing values go, or refuse them by themselves.
  @Override
  public boolean takesMissing() {
    return true;
  }

  @Override
  public int features() {
    return input.inputs().features();
  }

  @Override
  public List<String> featureNames() {
    return input.inputs().names();
  }

  @Override
  public Frame transform(Frame x) {
    var rows = input.rows(x);
    var reached = new int[forest.trees()];
    var leaves = Matrix.zeros(x.rows(), forest.trees());
    for (int row = 0; row < x.rows(); row++) {
      forest.leaves(rows, row * forest.features(), reached, 0);
      for (int tree = 0; tree < reached.length; tree++) {
        leaves.values()[row * reached.length + tree] = reached[tree];
      }
    }
    return encoder.transform(new Frame.Dense(leaves));
  }
}
