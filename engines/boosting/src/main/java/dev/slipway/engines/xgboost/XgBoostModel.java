package dev.slipway.engines.xgboost;

import dev.slipway.engines.boosting.CategoryCodes;
import dev.slipway.engines.boosting.FeatureTable;
import java.util.List;

/// An XGBoost booster. Immutable and thread-safe. Rows are `[rows, features()]` doubles that hold
/// float32 values, row-major; NaN is a missing value, categories are their codes.
public final class XgBoostModel {
  private final Objective objective;
  private final float[] base;
  private final Booster booster;
  private final int bestRounds;
  private final List<String> featureNames;
  private final List<String> featureTypes;

  /// @param base the margins before any tree
  /// @param bestRounds found by early stopping; 0 where there was none
  XgBoostModel(
      Objective objective,
      float[] base,
      Booster booster,
      int bestRounds,
      List<String> featureNames,
      List<String> featureTypes) {
    this.objective = objective;
    this.base = base.clone();
    this.booster = booster;
    this.bestRounds = bestRounds;
    this.featureNames = List.copyOf(featureNames);
    this.featureTypes = List.copyOf(featureTypes);
  }

  /// The model of the first boosting rounds alone; all for a number not above zero.
  public XgBoostModel first(int rounds) {
    if (rounds <= 0) {
      return this;
    }
    return new XgBoostModel(
        objective, base, booster.first(rounds), bestRounds, featureNames, featureTypes);
  }

  /// The model up to the best round that early stopping found; the whole where there was none.
  /// `XGBClassifier` predicts so, `Booster` does not.
  public XgBoostModel best() {
    return first(bestRounds);
  }

  /// Empty where the model has none.
  public List<String> featureNames() {
    return featureNames;
  }

  /// `float`, `int`, `q`, `i` or `c`, one for each feature; empty where the model has none.
  public List<String> featureTypes() {
    return featureTypes;
  }

  public int features() {
    return booster.features();
  }

  /// Margins a row gets: classes, targets, quantiles, otherwise 1.
  public int outputs() {
    return booster.outputs();
  }

  /// Numbers in a row's prediction: [#outputs()], but 1 for `multi:softmax`.
  public int width() {
    return objective.width(outputs());
  }

  /// Trees; 0 for a linear model.
  public int trees() {
    return booster instanceof Booster.Trees trees ? trees.forest().trees() : 0;
  }

  /// How rows are read from a request.
  public FeatureTable table() {
    return new FeatureTable(
        features(), featureNames, !featureNames.isEmpty(), true, CategoryCodes.NONE);
  }

  /// Sums of the trees and the base score: `Booster.predict(output_margin=True)`.
  ///
  /// @return `[rows, outputs()]`
  public float[] margins(double[] x, int rows) {
    var sums = new double[Math.multiplyExact(rows, outputs())];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = base[i % base.length];
    }
    booster.sum(x, rows, sums);
    var margins = new float[sums.length];
    for (int i = 0; i < margins.length; i++) {
      margins[i] = (float) sums[i];
    }
    return margins;
  }

  /// Predictions: `Booster.predict()`.
  ///
  /// @return `[rows, width()]`
  public float[] predict(double[] x, int rows) {
    return objective.predictions(margins(x, rows), rows, outputs());
  }

  /// The leaf each tree reaches: `Booster.predict(pred_leaf=True)`; nothing for a linear model.
  ///
  /// @return `[rows, trees()]`
  public int[] leaves(double[] x, int rows) {
    var out = new int[Math.multiplyExact(rows, trees())];
    if (booster instanceof Booster.Trees trees) {
      for (int row = 0; row < rows; row++) {
        trees.forest().leaves(x, row * features(), out, row * trees());
      }
    }
    return out;
  }

  /// Whether [#contributions] can be asked for.
  public boolean explains() {
    return booster instanceof Booster.Trees trees && trees.forest().explains();
  }

  /// Each feature's share in the margin, and last the expected margin:
  /// `Booster.predict(pred_contribs=True)`.
  ///
  /// @return `[rows, outputs(), features() + 1]`
  /// @throws IllegalStateException unless [#explains()]
  public float[] contributions(double[] x, int rows) {
    if (!(booster instanceof Booster.Trees trees)) {
      throw new IllegalStateException("a linear model");
    }
    int width = features() + 1;
    int line = Math.multiplyExact(outputs(), width);
    var sums = new double[Math.multiplyExact(rows, line)];
    for (int row = 0; row < rows; row++) {
      trees.forest().contributions(x, row * features(), sums, row * line);
      for (int output = 0; output < outputs(); output++) {
        sums[row * line + output * width + features()] += base[output];
      }
    }
    var out = new float[sums.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) sums[i];
    }
    return out;
  }

  /// Heap held, in bytes; an estimate.
  public long memoryBytes() {
    return booster.memoryBytes() + 64L * featureNames.size() + 4L * base.length;
  }
}
