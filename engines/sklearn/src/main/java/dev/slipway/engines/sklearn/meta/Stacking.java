package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `StackingClassifier` and `StackingRegressor`: a final estimator over what the members say, with
/// the original columns behind if `passthrough`.
final class Stacking {
  private final Inputs inputs;
  private final List<Estimator> members;
  private final List<String> methods;
  private final Estimator last;
  private final boolean passthrough;
  private final boolean twoClasses;

  private Stacking(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers);
    inputs = Inputs.of(object).handedTo(members);
    methods = object.list("stack_method_").stream().map(String::valueOf).toList();
    last = Members.one(object, "final_estimator_", readers, Estimator.Predictor.class);
    passthrough = object.truth("passthrough", false);
    twoClasses =
        object.attributes().get("classes_") instanceof NdArray classes && classes.size() == 2;
    if (methods.size() != members.size()) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + methods.size() + " methods for " + members.size() + " estimators");
    }
    for (int i = 0; i < methods.size(); i++) {
      Members.able(object, "estimators_", members.get(i), ability(object, i));
    }
  }

  private Class<? extends Estimator> ability(PyObject object, int member) {
    return switch (methods.get(member)) {
      case "predict" -> Estimator.Predictor.class;
      case "decision_function" -> Estimator.Decisions.class;
      case "predict_proba" ->
          members.get(member) instanceof Estimator.OutputProbabilities
              ? Estimator.OutputProbabilities.class
              : Estimator.Probabilities.class;
      default ->
          throw new UnsupportedEstimatorException(
              object.type() + ": stack method " + methods.get(member) + " is not evaluated here");
    };
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    if (!(object.value("classes_") instanceof NdArray array)) {
      return ofOutputs(object, readers);
    }
    var stacking = new Stacking(object, readers);
    var classes = Labels.of(array);
    var parts =
        MetaClassifier.Parts.of(stacking.inputs, classes, x -> classes.at(stacking.chosen(x)))
            .transform(stacking::transform);
    if (stacking.last instanceof Estimator.Probabilities likely) {
      parts = parts.probabilities(x -> likely.predictProba(stacking.transform(x)));
    }
    if (stacking.last instanceof Estimator.Decisions deciding) {
      parts = parts.decisions(x -> deciding.decisionFunction(stacking.transform(x)));
    }
    return parts.build();
  }

  /// A classifier of several outputs, each with an encoder of its own.
  private static Estimator ofOutputs(PyObject object, Estimators readers) {
    var stacking = new Stacking(object, readers);
    var classes = new ArrayList<Labels>();
    for (var each : object.list("classes_")) {
      if (each instanceof NdArray labels) {
        classes.add(Labels.of(labels));
      }
    }
    return new MetaRegressor.Transforming(
        stacking.inputs, x -> stacking.labels(x, classes), stacking::transform);
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var stacking = new Stacking(object, readers);
    return new MetaRegressor.Transforming(
        stacking.inputs, stacking::predictions, stacking::transform);
  }

  private Tensor predictions(Frame x) {
    return ((Estimator.Predictor) last).predict(transform(x));
  }

  /// The final estimator was fitted on positions in `classes_`.
  private int[] chosen(Frame x) {
    return Arrays.stream(predictions(x).asLongs()).mapToInt(Math::toIntExact).toArray();
  }

  private Tensor labels(Frame x, List<Labels> classes) {
    int[] chosen = chosen(x);
    int outputs = classes.size();
    var columns = new ArrayList<Tensor>();
    for (int output = 0; output < outputs; output++) {
      var indexes = new int[x.rows()];
      for (int row = 0; row < indexes.length; row++) {
        indexes[row] = chosen[row * outputs + output];
      }
      columns.add(classes.get(output).at(indexes));
    }
    return Columns.side(columns);
  }

  private Frame transform(Frame x) {
    var parts = new ArrayList<Matrix>();
    for (int i = 0; i < methods.size(); i++) {
      add(members.get(i), methods.get(i), x, parts);
    }
    if (passthrough) {
      parts.add(x.matrix());
    }
    return new Frame.Dense(Columns.beside(parts));
  }

  private void add(Estimator member, String method, Frame x, List<Matrix> parts) {
    if (method.equals("predict")) {
      var values = ((Estimator.Predictor) member).predict(x);
      parts.add(new Matrix(values.asDoubles(), values.rows(), values.width()));
    } else if (method.equals("decision_function")) {
      parts.add(((Estimator.Decisions) member).decisionFunction(x));
    } else if (member instanceof Estimator.OutputProbabilities several) {
      several.predictProbaPerOutput(x).forEach(shares -> parts.add(withoutFirst(shares)));
    } else {
      var shares = ((Estimator.Probabilities) member).predictProba(x);
      parts.add(twoClasses ? withoutFirst(shares) : shares);
    }
  }

  private static Matrix withoutFirst(Matrix shares) {
    return Columns.cut(shares, 1, shares.columns() - 1);
  }
}
