package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.engines.sklearn.trees.Version;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `OneVsRestClassifier`: a classifier for each class, or for each label of many.
final class OneVsRest {
  private final List<Estimator> members;
  private final Labels classes;
  private final boolean manyLabels;
  private final boolean manyClasses;
  private final boolean firstOfEqual;

  private OneVsRest(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers);
    members.forEach(member -> Margins.judged(object, member));
    var binarizer = object.object("label_binarizer_");
    classes = Labels.of(binarizer.array("classes_"));
    var kind = binarizer.text("y_type_");
    manyLabels = kind.startsWith("multilabel");
    manyClasses = kind.equals("multiclass");
    firstOfEqual = Version.of(object).atLeast(1, 7);
  }

  static Estimator read(PyObject object, Estimators readers) {
    var each = new OneVsRest(object, readers);
    var parts =
        MetaClassifier.Parts.of(
            Inputs.of(object).handedTo(each.members), each.classes, each::predict);
    if (Members.all(each.members, Estimator.Probabilities.class)) {
      parts = parts.probabilities(each::probabilities);
    }
    if (Members.all(each.members, Estimator.Decisions.class)) {
      parts = parts.decisions(each::decisions);
    }
    return parts.build();
  }

  private Tensor predict(Frame x) {
    if (manyLabels) {
      return indicators(x);
    }
    if (manyClasses) {
      return classes.at(greatest(x));
    }
    double threshold = Margins.threshold(members.getFirst());
    var chosen = new int[x.rows()];
    var scores = Margins.of(members.getFirst(), x);
    for (int row = 0; row < chosen.length; row++) {
      chosen[row] = scores[row] > threshold ? classes.count() - 1 : 0;
    }
    return classes.at(chosen);
  }

  private int[] greatest(Frame x) {
    var best = new double[x.rows()];
    java.util.Arrays.fill(best, Double.NEGATIVE_INFINITY);
    var chosen = new int[x.rows()];
    for (int i = 0; i < members.size(); i++) {
      var scores = Margins.of(members.get(i), x);
      for (int row = 0; row < best.length; row++) {
        if (scores[row] > best[row] || (scores[row] == best[row] && !firstOfEqual)) {
          best[row] = scores[row];
          chosen[row] = i;
        }
      }
    }
    return chosen;
  }

  private Tensor indicators(Frame x) {
    double threshold = Margins.threshold(members.getFirst());
    int width = members.size();
    var indicators = new long[Math.multiplyExact(x.rows(), width)];
    for (int i = 0; i < width; i++) {
      var scores = Margins.of(members.get(i), x);
      for (int row = 0; row < scores.length; row++) {
        indicators[row * width + i] = scores[row] > threshold ? 1 : 0;
      }
    }
    return Tensor.ofLongs("", new long[] {x.rows(), width}, indicators);
  }

  private Matrix decisions(Frame x) {
    var all = Matrix.zeros(x.rows(), members.size());
    for (int i = 0; i < members.size(); i++) {
      Margins.put(((Estimator.Decisions) members.get(i)).decisionFunction(x).values(), all, i);
    }
    return all;
  }

  private Matrix probabilities(Frame x) {
    int width = members.size();
    var all = Matrix.zeros(x.rows(), width == 1 ? 2 : width);
    for (int i = 0; i < width; i++) {
      var shares = ((Estimator.Probabilities) members.get(i)).predictProba(x);
      var second = Margins.column(shares, 1);
      Margins.put(second, all, width == 1 ? 1 : i);
      for (int row = 0; row < second.length && width == 1; row++) {
        all.values()[2 * row] = 1 - second[row];
      }
    }
    if (!manyLabels) {
      normalise(all);
    }
    return all;
  }

  private void normalise(Matrix all) {
    int width = all.columns();
    for (int row = 0; row < all.rows(); row++) {
      double total = 0;
      for (int i = 0; i < width; i++) {
        total += all.at(row, i);
      }
      for (int i = 0; i < width && (total != 0 || !firstOfEqual); i++) {
        all.values()[row * width + i] /= total;
      }
    }
  }
}
