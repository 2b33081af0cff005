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
import java.util.ArrayList;
import java.util.List;

/// `CalibratedClassifierCV`: the mean of classifiers whose scores are turned into probabilities.
final class Calibrated {
  private final List<CalibratedMember> members;
  private final int count;

  private Calibrated(List<CalibratedMember> members, int count) {
    this.members = members;
    this.count = count;
  }

  static Estimator read(PyObject object, Estimators readers) {
    var classes = Labels.of(object.array("classes_"));
    var members = new ArrayList<CalibratedMember>();
    for (var member : object.list("calibrated_classifiers_")) {
      if (!(member instanceof PyObject part)) {
        throw new UnsupportedEstimatorException(
            object.type() + ": calibrated_classifiers_ holds " + member);
      }
      members.add(CalibratedMember.of(part, classes, readers));
    }
    if (members.isEmpty()) {
      throw new UnsupportedEstimatorException(object.type() + ": calibrated_classifiers_ is empty");
    }
    var calibrated = new Calibrated(members, classes.count());
    int count = classes.count();
    return MetaClassifier.Parts.of(
            Inputs.of(object).handedTo(members.stream().map(CalibratedMember::classifier).toList()),
            classes,
            x -> classes.at(Argmax.rows(calibrated.shares(x).values(), count, 0, count)))
        .probabilities(calibrated::shares)
        .build();
  }

  private Matrix shares(Frame x) {
    var means = Matrix.zeros(x.rows(), count);
    var values = means.values();
    for (var member : members) {
      var shares = member.shares(x).values();
      for (int i = 0; i < values.length; i++) {
        values[i] += shares[i];
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= members.size();
    }
    return means;
  }
}
