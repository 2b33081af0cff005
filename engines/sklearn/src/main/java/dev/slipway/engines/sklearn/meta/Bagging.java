package dev.slipway.engines.sklearn.meta;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.trees.Argmax;
import dev.slipway.engines.sklearn.trees.Columns;
import dev.slipway.engines.sklearn.trees.Inputs;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// `BaggingClassifier` and `BaggingRegressor`: the mean of members that each see some of the
/// columns. Members of a classifier were fitted on positions in `classes_`.
final class Bagging {
  private final Inputs inputs;
  private final List<Estimator.Predictor> members;
  private final List<int[]> subsets;
  private final int divisor;

  private Bagging(PyObject object, Estimators readers) {
    members = Members.of(object, "estimators_", readers, Estimator.Predictor.class);
    inputs = Inputs.of(object).handedTo(members);
    subsets = new ArrayList<>();
    for (var subset : object.list("estimators_features_")) {
      if (!(subset instanceof NdArray columns)) {
        throw new UnsupportedEstimatorException(
            object.type() + ": estimators_features_ should be arrays, found " + subset);
      }
      subsets.add(columns.integers());
    }
    divisor = members.size();
  }

  static Estimator classifier(PyObject object, Estimators readers) {
    var bag = new Bagging(object, readers);
    var classes = Labels.of(object.array("classes_"));
    int count = classes.count();
    var parts =
        MetaClassifier.Parts.of(
                bag.inputs,
                classes,
                x -> classes.at(Argmax.rows(bag.shares(x, count).values(), count, 0, count)))
            .probabilities(x -> bag.shares(x, count));
    return Members.all(bag.members, Estimator.Decisions.class)
        ? parts.decisions(bag::decisions).build()
        : parts.build();
  }

  static Estimator regressor(PyObject object, Estimators readers) {
    var bag = new Bagging(object, readers);
    return new MetaRegressor(bag.inputs, bag::values);
  }

  private Frame seen(Frame x, int member) {
    int[] columns = subsets.get(member);
    boolean all =
        columns.length == x.columns()
            && IntStream.range(0, columns.length).allMatch(i -> columns[i] == i);
    return all ? x : x.select(columns);
  }

  private Matrix shares(Frame x, int count) {
    inputs.check(x);
    var sums = Matrix.zeros(x.rows(), count);
    for (int i = 0; i < members.size(); i++) {
      var seen = seen(x, i);
      if (members.get(i) instanceof Estimator.Probabilities member) {
        addShares(member.predictProba(seen), positions(member, count), sums);
      } else {
        addVotes(members.get(i).predict(seen).asLongs(), sums);
      }
    }
    return divided(sums);
  }

  private static int[] positions(Estimator member, int count) {
    return member instanceof Estimator.Classes known && known.classes().count() < count
        ? integers(known.classes())
        : IntStream.range(0, count).toArray();
  }

  private static int[] integers(Labels labels) {
    var all = labels.at(IntStream.range(0, labels.count()).toArray()).asLongs();
    return java.util.Arrays.stream(all).mapToInt(Math::toIntExact).toArray();
  }

  private static void addShares(Matrix shares, int[] positions, Matrix sums) {
    for (int row = 0; row < shares.rows(); row++) {
      for (int i = 0; i < positions.length; i++) {
        sums.values()[row * sums.columns() + positions[i]] += shares.at(row, i);
      }
    }
  }

  private static void addVotes(long[] chosen, Matrix sums) {
    for (int row = 0; row < chosen.length; row++) {
      sums.values()[row * sums.columns() + (int) chosen[row]] += 1;
    }
  }

  private Matrix decisions(Frame x) {
    return sum(x, (member, seen) -> ((Estimator.Decisions) member).decisionFunction(seen));
  }

  private Tensor values(Frame x) {
    Function<Tensor, Matrix> matrix = t -> new Matrix(t.asDoubles(), t.rows(), t.width());
    var means = sum(x, (member, seen) -> matrix.apply(member.predict(seen)));
    return Columns.values(means.values(), means.rows(), means.columns());
  }

  /// What a member answers.
  private interface Answer {
    Matrix of(Estimator.Predictor member, Frame x);
  }

  private Matrix sum(Frame x, Answer answer) {
    inputs.check(x);
    var first = answer.of(members.getFirst(), seen(x, 0));
    var sums = new Matrix(first.values().clone(), first.rows(), first.columns());
    for (int i = 1; i < members.size(); i++) {
      var added = answer.of(members.get(i), seen(x, i)).values();
      for (int j = 0; j < added.length; j++) {
        sums.values()[j] += added[j];
      }
    }
    return divided(sums);
  }

  private Matrix divided(Matrix sums) {
    var values = sums.values();
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
    return sums;
  }
}
