package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Fitted;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Labels;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.Vectors;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.tensor.Tensor;

/// `SVC` and `NuSVC`.
class SupportVectorClassifier extends Fitted implements Estimator.Classes, Estimator.Decisions {
  private final Labels classes;
  private final PairMachine machine;
  private final boolean oneVersusRest;
  private final boolean breakTies;

  private SupportVectorClassifier(PyObject object, PairMachine machine, Labels classes) {
    super(object, machine.features());
    this.classes = classes;
    this.machine = machine;
    this.oneVersusRest = object.text("decision_function_shape", "ovr").equals("ovr");
    this.breakTies = object.truth("break_ties", false);
  }

  static Estimator read(PyObject object) {
    var classes = Fields.classes(object);
    var machine = new PairMachine(object, classes.count());
    var slopes = platt(object, "_probA", "probA_");
    return slopes.length == 0
        ? new SupportVectorClassifier(object, machine, classes)
        : new Probable(object, machine, classes, slopes);
  }

  private static double[] platt(PyObject object, String attribute, String older) {
    var name = object.has(attribute) ? attribute : older;
    return object.has(name) ? object.doubles(name) : new double[0];
  }

  @Override
  public Labels classes() {
    return classes;
  }

  @Override
  public Matrix decisionFunction(Frame x) {
    var decisions = machine.decisions(x.matrix());
    if (classes.count() == 2) {
      for (int i = 0; i < decisions.values().length; i++) {
        decisions.values()[i] = -decisions.values()[i];
      }
      return decisions;
    }
    return oneVersusRest ? machine.votes(decisions) : decisions;
  }

  @Override
  public Tensor predict(Frame x) {
    var decisions = machine.decisions(x.matrix());
    if (breakTies && oneVersusRest && classes.count() > 2) {
      return classes.at(Vectors.argmax(machine.votes(decisions)));
    }
    var winners = new int[decisions.rows()];
    for (int row = 0; row < winners.length; row++) {
      winners[row] = machine.winner(decisions, row);
    }
    return classes.at(winners);
  }

  private static final class Probable extends SupportVectorClassifier
      implements Estimator.Probabilities {
    private final PairMachine machine;
    private final double[] slopes;
    private final double[] shifts;

    Probable(PyObject object, PairMachine machine, Labels classes, double... slopes) {
      super(object, machine, classes);
      this.machine = machine;
      this.slopes = slopes;
      this.shifts = platt(object, "_probB", "probB_");
    }

    @Override
    public Matrix predictProba(Frame x) {
      return machine.probabilities(machine.decisions(x.matrix()), slopes, shifts);
    }
  }
}
