package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Argmax;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.engines.sklearn.trees.Links;
import dev.slipway.engines.sklearn.trees.Version;
import java.util.Arrays;
import java.util.List;

/// `AdaBoostClassifier`: members vote for a class with their weights, and since scikit-learn 1.4
/// against the others (SAMME; Zhu et al. 2009, algorithm 2); or their log-probabilities are summed
/// (SAMME.R of versions before 1.6, algorithm 4).
final class AdaBoost {
  private static final double EPSILON = 0x1p-52;

  private final List<Estimator> members;
  private final double[] weights;
  private final Labels classes;
  private final LabelIndex index;
  private final boolean real;
  private final double against;

  private AdaBoost(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers);
    weights = object.doubles("estimator_weights_");
    classes = Labels.of(object.array("classes_"));
    index = new LabelIndex(classes);
    var version = Version.of(object);
    real = object.text("algorithm", "SAMME").equals("SAMME.R") && !version.atLeast(1, 8);
    against = version.atLeast(1, 4) ? -1.0 / (classes.count() - 1) : 0;
    var ability = real ? Estimator.Probabilities.class : Estimator.Predictor.class;
    members.forEach(member -> Members.able(object, "estimators_", member, ability));
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    var boost = new AdaBoost(object, readers);
    var inputs = Inputs.of(object);
    return MetaClassifier.Parts.of(inputs, boost.classes, x -> boost.classes.at(boost.choose(x)))
        .probabilities(boost::probabilities)
        .decisions(boost::decisions)
        .build();
  }

  private int[] choose(Frame x) {
    var decisions = decisions(x);
    if (classes.count() != 2) {
      int width = decisions.columns();
      return Argmax.rows(decisions.values(), width, 0, width);
    }
    return Arrays.stream(decisions.values()).mapToInt(value -> value > 0 ? 1 : 0).toArray();
  }

  private Matrix decisions(Frame x) {
    int count = classes.count();
    if (count == 1) {
      return Matrix.zeros(x.rows(), 1);
    }
    var sums = Matrix.zeros(x.rows(), count);
    for (int i = 0; i < members.size(); i++) {
      if (real) {
        addProbabilities(((Estimator.Probabilities) members.get(i)).predictProba(x), sums);
      } else {
        addVotes(index.of(((Estimator.Predictor) members.get(i)).predict(x)), weights[i], sums);
      }
    }
    double total = Arrays.stream(weights).sum();
    var values = sums.values();
    for (int i = 0; i < values.length; i++) {
      values[i] /= total;
    }
    return count == 2 ? difference(sums) : sums;
  }

  private void addVotes(int[] chosen, double weight, Matrix sums) {
    int count = sums.columns();
    for (int row = 0; row < chosen.length; row++) {
      for (int i = 0; i < count; i++) {
        sums.values()[row * count + i] += chosen[row] == i ? weight : against * weight;
      }
    }
  }

  private static void addProbabilities(Matrix shares, Matrix sums) {
    int count = sums.columns();
    for (int row = 0; row < shares.rows(); row++) {
      double total = 0;
      for (int i = 0; i < count; i++) {
        total += Math.log(Math.max(shares.at(row, i), EPSILON));
      }
      for (int i = 0; i < count; i++) {
        double log = Math.log(Math.max(shares.at(row, i), EPSILON));
        sums.values()[row * count + i] += (count - 1) * (log - total / count);
      }
    }
  }

  private static Matrix difference(Matrix pairs) {
    var single = Matrix.zeros(pairs.rows(), 1);
    for (int row = 0; row < pairs.rows(); row++) {
      single.values()[row] = pairs.at(row, 1) - pairs.at(row, 0);
    }
    return single;
  }

  private Matrix probabilities(Frame x) {
    int count = classes.count();
    var decisions = decisions(x);
    if (count == 1) {
      Arrays.fill(decisions.values(), 1);
      return decisions;
    }
    var scores = Matrix.zeros(x.rows(), count);
    for (int i = 0; i < scores.values().length; i++) {
      scores.values()[i] =
          count == 2
              ? (i % 2 == 0 ? -1 : 1) * decisions.values()[i / 2] / 2
              : decisions.values()[i] / (count - 1);
    }
    return Links.softmax(scores);
  }
}
