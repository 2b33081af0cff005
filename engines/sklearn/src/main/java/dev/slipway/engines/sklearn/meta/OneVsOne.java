package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Argmax;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `OneVsOneClassifier`: a classifier for each pair of classes; votes, and confidences where votes
/// are equal.
final class OneVsOne {
  private final List<Estimator.Predictor> members;
  private final Labels classes;

  private OneVsOne(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    classes = Labels.of(object.array("classes_"));
    if (object.has("pairwise_indices_")) {
      throw new UnsupportedEstimatorException(
          object.type()
              + ": a precomputed kernel (pairwise_indices_) is not evaluated here; export the"
              + " model to ONNX, or serve it with a process runtime");
    }
    int pairs = classes.count() * (classes.count() - 1) / 2;
    if (members.size() != pairs) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + members.size() + " estimators for " + pairs + " pairs");
    }
  }

  static Estimator read(PyObject object, Estimators readers) {
    var each = new OneVsOne(object, readers);
    return MetaClassifier.Parts.of(
            Inputs.of(object).handedTo(each.members), each.classes, each::predict)
        .decisions(each::decisions)
        .build();
  }

  private Tensor predict(Frame x) {
    var decisions = decisions(x);
    int width = decisions.columns();
    if (width > 1) {
      return classes.at(Argmax.rows(decisions.values(), width, 0, width));
    }
    double threshold = Margins.threshold(members.getFirst());
    var chosen = new int[x.rows()];
    for (int row = 0; row < chosen.length; row++) {
      chosen[row] = decisions.values()[row] > threshold ? 1 : 0;
    }
    return classes.at(chosen);
  }

  private Matrix decisions(Frame x) {
    int count = classes.count();
    var votes = Matrix.zeros(x.rows(), count);
    var confidences = Matrix.zeros(x.rows(), count);
    int pair = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        var member = members.get(pair++);
        var sides = member.predict(x).asDoubles();
        var scores = Margins.of(member, x);
        for (int row = 0; row < x.rows(); row++) {
          confidences.values()[row * count + i] -= scores[row];
          confidences.values()[row * count + j] += scores[row];
          votes.values()[row * count + (sides[row] == 0 ? i : j)] += 1;
        }
      }
    }
    for (int at = 0; at < votes.values().length; at++) {
      double sum = confidences.values()[at];
      votes.values()[at] += sum / (3 * (Math.abs(sum) + 1));
    }
    return count == 2 ? new Matrix(Margins.column(votes, 1), x.rows(), 1) : votes;
  }
}
