package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import dev.slipway.engines.sklearn.trees.Argmax;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// `VotingClassifier` and `VotingRegressor`. Members of a classifier were fitted on positions in
/// `classes_`.
final class Voting {
  private final List<Estimator.Predictor> members;
  private final double[] weights; // ones where there are none
  private final double total;

  private Voting(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    weights = weights(object, members.size());
    total = Arrays.stream(weights).sum();
  }

  private static double[] weights(PyObject object, int count) {
    var weights = new double[count];
    Arrays.fill(weights, 1);
    if (!object.has("weights")) {
      return weights;
    }
    var given =
        object.value("weights") instanceof NdArray array
            ? Arrays.stream(array.doubles()).boxed().toList()
            : object.list("weights");
    var names = object.list("estimators");
    int kept = 0;
    for (int i = 0; i < names.size() && kept < count; i++) {
      boolean dropped =
          names.get(i) instanceof PyTuple pair && "drop".equals(pair.values().getLast());
      if (!dropped && Objects.requireNonNull(given.get(i)) instanceof Number weight) {
        weights[kept++] = weight.doubleValue();
      }
    }
    if (kept != count) {
      throw new UnsupportedEstimatorException(
          object.type() + ": " + kept + " weights for " + count + " estimators");
    }
    return weights;
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    var voting = new Voting(object, readers);
    var inputs = inputs(object, voting);
    var classes = Labels.of(object.array("classes_"));
    int count = classes.count();
    if (object.text("voting", "hard").equals("hard")) {
      return MetaClassifier.Parts.of(
              inputs,
              classes,
              x -> classes.at(Argmax.rows(voting.counts(x, count).values(), count, 0, count)))
          .transform(x -> new Frame.Dense(voting.predictions(x)))
          .build();
    }
    voting.members.forEach(
        member -> Members.able(object, "estimators_", member, Estimator.Probabilities.class));
    var parts =
        MetaClassifier.Parts.of(
                inputs,
                classes,
                x -> classes.at(Argmax.rows(voting.shares(x, count).values(), count, 0, count)))
            .probabilities(x -> voting.shares(x, count));
    return object.truth("flatten_transform", true)
        ? parts.transform(x -> new Frame.Dense(Columns.beside(voting.probabilities(x)))).build()
        : parts.build();
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var voting = new Voting(object, readers);
    return new MetaRegressor.Transforming(
        inputs(object, voting), voting::mean, x -> new Frame.Dense(voting.predictions(x)));
  }

  /// Voting has no `n_features_in_` of its own: it is that of the first member.
  private static Inputs inputs(PyObject object, Voting voting) {
    return Inputs.of(object).handedTo(voting.members);
  }

  /// `[rows, members]`.
  private Matrix predictions(Frame x) {
    var columns = new ArrayList<Matrix>();
    for (var member : members) {
      var values = member.predict(x).asDoubles();
      columns.add(new Matrix(values, values.length, 1));
    }
    return Columns.beside(columns);
  }

  private Tensor mean(Frame x) {
    var predictions = predictions(x);
    var means = new double[x.rows()];
    for (int row = 0; row < means.length; row++) {
      for (int i = 0; i < weights.length; i++) {
        means[row] += predictions.at(row, i) * weights[i];
      }
      means[row] /= total;
    }
    return Columns.values(means, means.length, 1);
  }

  /// Weights of the votes for each class.
  private Matrix counts(Frame x, int count) {
    var predictions = predictions(x);
    var counts = Matrix.zeros(x.rows(), count);
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < weights.length; i++) {
        counts.values()[row * count + (int) predictions.at(row, i)] += weights[i];
      }
    }
    return counts;
  }

  private List<Matrix> probabilities(Frame x) {
    return members.stream()
        .map(member -> ((Estimator.Probabilities) member).predictProba(x))
        .toList();
  }

  private Matrix shares(Frame x, int count) {
    var all = probabilities(x);
    var means = Matrix.zeros(x.rows(), count);
    var values = means.values();
    for (int i = 0; i < weights.length; i++) {
      var shares = all.get(i).values();
      for (int j = 0; j < values.length; j++) {
        values[j] += shares[j] * weights[i];
      }
    }
    for (int j = 0; j < values.length; j++) {
      values[j] /= total;
    }
    return means;
  }
}
