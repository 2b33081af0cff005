package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `OutputCodeClassifier`: the class whose code word is nearest to the members' scores.
///
/// @param codes `code_book_[classes, members]`
record OutputCode(List<Estimator> members, Labels classes, Matrix codes) {

  static Estimator read(PyObject object, Estimators readers) {
    var members = Members.of(object, "estimators_", readers);
    members.forEach(member -> Margins.judged(object, member));
    var classes = Labels.of(object.array("classes_"));
    var codes = new Matrix(object.doubles("code_book_"), classes.count(), members.size());
    var code = new OutputCode(members, classes, codes);
    return MetaClassifier.Parts.of(Inputs.of(object).handedTo(members), classes, code::predict)
        .build();
  }

  private Tensor predict(Frame x) {
    var scores = Matrix.zeros(x.rows(), members.size());
    for (int i = 0; i < members.size(); i++) {
      Margins.put(Margins.of(members.get(i), x), scores, i);
    }
    var chosen = new int[x.rows()];
    for (int row = 0; row < chosen.length; row++) {
      chosen[row] = nearest(scores, row);
    }
    return classes.at(chosen);
  }

  private int nearest(Matrix scores, int row) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < codes.rows(); i++) {
      double distance = distance(scores, row, i);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  /// The squared distance less the row's own square: `|c|² - 2 x·c`.
  private double distance(Matrix scores, int row, int code) {
    double product = 0;
    double square = 0;
    for (int i = 0; i < codes.columns(); i++) {
      product += scores.at(row, i) * codes.at(code, i);
      square += codes.at(code, i) * codes.at(code, i);
    }
    return square - 2 * product;
  }
}
