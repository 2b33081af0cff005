package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// `ClassifierChain` and `RegressorChain`: an estimator an output, each of which also sees what the
/// ones before it said.
class Chain implements Estimator.Predictor {
  private static final String PREDICT = "predict";

  private final Inputs inputs;
  private final List<Estimator.Predictor> members;
  private final int[] order;
  private final String handedOn;

  private Chain(PyObject object, List<Estimator.Predictor> members) {
    this.members = members;
    inputs = Inputs.of(object);
    order = order(object, members.size());
    handedOn = object.text("chain_method_", PREDICT);
    if (!List.of(PREDICT, "predict_proba", "decision_function").contains(handedOn)) {
      throw new UnsupportedEstimatorException(
          object.type() + ": chain method " + handedOn + " is not evaluated here");
    }
  }

  private static int[] order(PyObject object, int count) {
    int[] order =
        switch (object.attributes().get("order_")) {
          case NdArray array -> array.integers();
          case null -> IntStream.range(0, count).toArray();
          default ->
              object.list("order_").stream()
                  .mapToInt(at -> ((Number) Objects.requireNonNull(at)).intValue())
                  .toArray();
        };
    int[] sorted = IntStream.of(order).sorted().toArray();
    if (!java.util.Arrays.equals(sorted, IntStream.range(0, count).toArray())) {
      throw new UnsupportedEstimatorException(
          object.type() + ": order_ is no order of " + count + " outputs");
    }
    return order;
  }

  static Estimator read(PyObject object, Estimators readers) {
    var members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    boolean likely = Members.all(members, Estimator.Probabilities.class);
    boolean deciding = Members.all(members, Estimator.Decisions.class);
    if (likely) {
      return deciding ? new Full(object, members) : new Likely(object, members);
    }
    return deciding ? new Deciding(object, members) : new Chain(object, members);
  }

  @Override
  public int features() {
    return inputs.features();
  }

  @Override
  public List<String> featureNames() {
    return inputs.names();
  }

  @Override
  public Tensor predict(Frame x) {
    return Columns.values(answers(x, PREDICT).values(), x.rows(), members.size());
  }

  /// @return `[rows, outputs]`
  final Matrix answers(Frame x, String method) {
    var source = inputs.matrix(x);
    var answers = Matrix.zeros(x.rows(), members.size());
    var said = Matrix.zeros(x.rows(), members.size());
    for (int i = 0; i < members.size(); i++) {
      var seen = Columns.beside(List.of(source, Columns.cut(said, 0, i)));
      var frame = new Frame.Dense(seen);
      var member = members.get(i);
      var answer = answer(member, method, frame);
      Margins.put(answer, answers, order[i]);
      Margins.put(method.equals(handedOn) ? answer : answer(member, handedOn, frame), said, i);
    }
    return answers;
  }

  private static double[] answer(Estimator.Predictor member, String method, Frame x) {
    return switch (method) {
      case "predict_proba" -> Margins.column(((Estimator.Probabilities) member).predictProba(x), 1);
      case "decision_function" -> ((Estimator.Decisions) member).decisionFunction(x).values();
      default -> member.predict(x).asDoubles();
    };
  }

  private static final class Likely extends Chain implements Estimator.Probabilities {
    Likely(PyObject object, List<Estimator.Predictor> members) {
      super(object, members);
    }

    @Override
    public Matrix predictProba(Frame x) {
      return answers(x, "predict_proba");
    }
  }

  private static final class Deciding extends Chain implements Estimator.Decisions {
    Deciding(PyObject object, List<Estimator.Predictor> members) {
      super(object, members);
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return answers(x, "decision_function");
    }
  }

  private static final class Full extends Chain
      implements Estimator.Probabilities, Estimator.Decisions {
    Full(PyObject object, List<Estimator.Predictor> members) {
      super(object, members);
    }

    @Override
    public Matrix predictProba(Frame x) {
      return answers(x, "predict_proba");
    }

    @Override
    public Matrix decisionFunction(Frame x) {
      return answers(x, "decision_function");
    }
  }
}
