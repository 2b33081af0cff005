package dev.slipway.engines.lightgbm;

import dev.slipway.engines.boosting.CategoryCodes;
import dev.slipway.engines.boosting.FeatureTable;
import dev.slipway.inference.trees.Forest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A LightGBM booster. Immutable and thread-safe. Rows are `[rows, features()]` doubles, row-major;
/// NaN is a missing value, categories are their codes.
public final class LightGbmModel {
  private final List<String> featureNames;
  private final CategoryCodes categories;
  private final Objective objective;
  private final boolean average;
  private final Forest forest;
  private final @Nullable LinearLeaves linear;

  LightGbmModel(
      List<String> featureNames,
      CategoryCodes categories,
      Objective objective,
      boolean average,
      Forest forest,
      @Nullable LinearLeaves linear) {
    this.featureNames = List.copyOf(featureNames);
    this.categories = categories;
    this.objective = objective;
    this.average = average;
    this.forest = forest;
    this.linear = linear;
  }

  /// The model of the first iterations alone; all for a number not above zero, as in Python.
  public LightGbmModel first(int iterations) {
    if (iterations <= 0 || iterations >= iterations()) {
      return this;
    }
    var part = forest.first(iterations * outputs());
    return new LightGbmModel(featureNames, categories, objective, average, part, linear);
  }

  public List<String> featureNames() {
    return featureNames;
  }

  public int features() {
    return forest.features();
  }

  /// Numbers a row gets: classes of a multi-class model, otherwise 1.
  public int outputs() {
    return forest.outputs();
  }

  public int iterations() {
    return forest.trees() / forest.outputs();
  }

  public int trees() {
    return forest.trees();
  }

  /// Canonical: `binary`, `regression`, `multiclass`; `custom` where there is none.
  public String objective() {
    return objective.name();
  }

  /// How requests become rows.
  public FeatureTable table() {
    boolean named = false;
    for (int i = 0; i < featureNames.size(); i++) {
      named |= !featureNames.get(i).equals("Column_" + i);
    }
    return new FeatureTable(features(), featureNames, named, false, categories);
  }

  /// Sums of the trees: `Booster.predict(raw_score=True)`.
  ///
  /// @return `[rows, outputs()]`
  public double[] raw(double[] x, int rows) {
    var out = new double[Math.multiplyExact(rows, outputs())];
    if (linear == null) {
      forest.sumRows(x, rows, out);
    } else {
      for (int row = 0; row < rows; row++) {
        linear.sum(forest, x, row * features(), out, row * outputs());
      }
    }
    return out;
  }

  /// Predictions: `Booster.predict()`.
  ///
  /// @return `[rows, outputs()]`; for a binary model the probability of class 1
  public double[] predict(double[] x, int rows) {
    var out = raw(x, rows);
    if (average) {
      for (int i = 0; i < out.length; i++) {
        out[i] /= iterations();
      }
    }
    for (int row = 0; row < rows; row++) {
      objective.convert(out, row * outputs(), outputs());
    }
    return out;
  }

  /// The leaf each tree reaches: `Booster.predict(pred_leaf=True)`.
  ///
  /// @return `[rows, trees()]`
  public int[] leaves(double[] x, int rows) {
    var out = new int[Math.multiplyExact(rows, trees())];
    for (int row = 0; row < rows; row++) {
      forest.leaves(x, row * features(), out, row * trees());
    }
    return out;
  }

  /// Whether [#contributions] can be asked for.
  public boolean explains() {
    return linear == null && forest.explains();
  }

  /// Each feature's share in the raw score, and last the expected score:
  /// `Booster.predict(pred_contrib=True)`.
  ///
  /// @return `[rows, outputs() * (features() + 1)]`
  /// @throws IllegalStateException unless [#explains()]
  public double[] contributions(double[] x, int rows) {
    int width = Math.multiplyExact(outputs(), features() + 1);
    var out = new double[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      forest.contributions(x, row * features(), out, row * width);
    }
    return out;
  }

  /// Heap held, in bytes; an estimate.
  public long memoryBytes() {
    long names = featureNames.stream().mapToLong(name -> 56L + name.length()).sum();
    return forest.memoryBytes() + names + (linear == null ? 0 : linear.memoryBytes());
  }
}
