package dev.slipway.engines.sklearn.neural;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `MLPClassifier`.
final class PerceptronClassifier extends Fitted
    implements Estimator.Classes, Estimator.Probabilities {
  private final Perceptron layers;
  private final Labels classes;

  private PerceptronClassifier(PyObject object, Perceptron layers) {
    super(object, layers.features());
    this.layers = layers;
    this.classes = Fields.classes(object);
  }

  static Estimator read(PyObject object) {
    var layers = new Perceptron(object);
    var kind = object.object("_label_binarizer").text("y_type_", "");
    return kind.startsWith("multilabel")
        ? new ManyLabels(object, layers)
        : new PerceptronClassifier(object, layers);
  }

  @Override
  public Labels classes() {
    return classes;
  }

  @Override
  public Tensor predict(Frame x) {
    var answers = layers.of(x);
    if (answers.columns() > 1) {
      return classes.at(Vectors.argmax(answers));
    }
    var indexes = new int[answers.rows()];
    for (int row = 0; row < indexes.length; row++) {
      indexes[row] = answers.values()[row] > 0.5 ? 1 : 0;
    }
    return classes.at(indexes);
  }

  @Override
  public Matrix predictProba(Frame x) {
    var answers = layers.of(x);
    if (answers.columns() > 1) {
      return answers;
    }
    var both = Matrix.zeros(answers.rows(), 2);
    for (int row = 0; row < answers.rows(); row++) {
      both.values()[2 * row] = 1 - answers.values()[row];
      both.values()[2 * row + 1] = answers.values()[row];
    }
    return both;
  }

  /// Several labels a row, each there or not.
  private static final class ManyLabels extends Fitted
      implements Estimator.Predictor, Estimator.Probabilities {
    private final Perceptron layers;

    ManyLabels(PyObject object, Perceptron layers) {
      super(object, layers.features());
      this.layers = layers;
    }

    @Override
    public Matrix predictProba(Frame x) {
      return layers.of(x);
    }

    @Override
    public Tensor predict(Frame x) {
      var answers = layers.of(x);
      var there = new long[answers.values().length];
      for (int i = 0; i < there.length; i++) {
        there[i] = answers.values()[i] > 0.5 ? 1 : 0;
      }
      return Tensor.ofLongs("", new long[] {answers.rows(), answers.columns()}, there);
    }
  }
}
