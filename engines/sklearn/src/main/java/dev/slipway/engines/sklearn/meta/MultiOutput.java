package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// `MultiOutputClassifier` and `MultiOutputRegressor`: an estimator an output.
class MultiOutput extends MetaRegressor {
  private MultiOutput(Inputs inputs, List<Estimator.Predictor> members) {
    super(inputs, x -> predict(members, x));
  }

  static Estimator read(PyObject object, Estimators readers) {
    var members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    var inputs = Inputs.of(object).handedTo(members);
    return Members.all(members, Estimator.Probabilities.class)
        ? new Likely(inputs, members)
        : new MultiOutput(inputs, members);
  }

  private static Tensor predict(List<Estimator.Predictor> members, Frame x) {
    return Columns.side(members.stream().map(member -> member.predict(x)).toList());
  }

  private static final class Likely extends MultiOutput implements Estimator.OutputProbabilities {
    private final List<Estimator.Predictor> members;

    Likely(Inputs inputs, List<Estimator.Predictor> members) {
      super(inputs, members);
      this.members = members;
    }

    @Override
    public List<Matrix> predictProbaPerOutput(Frame x) {
      return members.stream()
          .map(member -> ((Estimator.Probabilities) member).predictProba(x))
          .toList();
    }
  }
}
